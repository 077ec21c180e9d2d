"""Files that prove something: readable to all who may read what they prove."""


def bind(records, name):
    """Tie uploaded files to the record that they prove.

    An upload belongs to nobody but its user until then, so that who decides on the
    record could not open it.

    :param str name: of the field that holds the files
    """
    for record in records:
        # sudo: the user could read each file, or could not have put it there
        files = record.sudo()[name].filtered(lambda file: not file.res_id)
        files.write({"res_model": record._name, "res_id": record.id})
