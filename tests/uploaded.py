"""A file as the server holds it after an upload."""


class Uploaded:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    async def read(self, size: int = -1) -> bytes:
        piece = self.data[self.at :] if size < 0 else self.data[self.at : self.at + size]
        self.at += len(piece)
        return piece

    async def seek(self, offset: int) -> int:
        self.at = offset
        return offset
