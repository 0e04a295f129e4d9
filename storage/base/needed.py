"""What is needed in a policy where something of another kind stands, by the name that the library has for the fault."""

NEEDED = {
    "missing": "it is missing",
    "string_type": 'text is needed, in quotes: "text"',
    "tuple_type": 'a list is needed, such as ["one", "two"]',
    "dict_type": "a table is needed",
    "bool_type": "true or false is needed",
    "bool_parsing": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
}
