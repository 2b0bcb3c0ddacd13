"""How news leaves. A notice row is written with the change it tells about; this room carries it out.

`plan` (days, quiet hours, working days) and `ladder` (what to do now) are pure; `engine` is the loop and `carrying` what it has on its way; `seal`, `wire` and
`verdict` send to a phone and judge the answer; `adapters/` carry SMS, e-mail and letters; `calls` is the list of whom to ring.
"""
