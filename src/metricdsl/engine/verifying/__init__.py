"""`metric verify`: databases that satisfy the model are made up, and one is looked for that breaks a law.

`laws` and `implied` say what must hold, `shapes` which tables that reads, `constants` and `pools` what may stand in them,
`databases` makes some up, `bench` asks the compiler's SQL of them, `shrinking` finds the smallest, `verify` puts it together.
"""
