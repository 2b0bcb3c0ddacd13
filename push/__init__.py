"""How news leaves. A notice row is written with the change it tells about; this room will carry it out."""
