"""What is wrong with what an operator wrote. Apart from the reading of it: who only names the error does not wait for that."""


class SettingsError(Exception):
    """Something an operator wrote is wrong; the text names file, key and expectation.

    `code` is what is wrong, for machines: "settings", or the name of a data file ("prices").
    """

    def __init__(self, text: str, code: str = "settings") -> None:
        self.code = code
        super().__init__(text)
