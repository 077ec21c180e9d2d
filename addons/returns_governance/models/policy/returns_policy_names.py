from odoo import api, models

# How a record is named in a file that another database reads: by this field, where it
# is neither its code nor its name.
KEY_FIELDS = {
    "product.category": "complete_name",
    "product.product": "default_code",
}
# Named by what stands above them, too.
PATHS = {"res.partner.category": "parent_id"}
EXTERNAL = "external id "


class ReturnsPolicyNames(models.AbstractModel):
    """Names by which policy files tell records: codes, paths, external ids.

    A name is good for a file only where it names one record. Names are in the source
    language, so that a file does not depend on who wrote it.
    """

    _name = "returns.policy.names"
    _description = "Names in policy files"

    @api.model
    def _key_field(self, model):
        Model = self.env[model]
        if model in KEY_FIELDS:
            return KEY_FIELDS[model]
        return "code" if "code" in Model._fields else Model._rec_name or "name"

    # --- record to name ---------------------------------------------------------------
    @api.model
    def _texts(self, records):
        """The name of each record for a file; '' where nothing names it alone.

        :rtype: dict of record id to text
        """
        if not records:
            return {}
        # sudo: who may read a rule may read what it names; names in the source language
        records = records.sudo().with_context(lang="en_US", active_test=False)
        texts = {record.id: self._plain_text(record) for record in records}
        found = self.sudo()._found(records._name, set(filter(None, texts.values())))
        external = records.get_external_id()
        for record in records:
            if found.get(texts[record.id], records.browse()) != record:
                known = external[record.id]
                texts[record.id] = f"{EXTERNAL}{known}" if known else ""
        return texts

    def _plain_text(self, record):
        model = record._name
        if model == "res.country.state":
            return f"{record.country_id.code}-{record.code}"
        if model == "stock.warehouse":
            return f"{record.company_id.name} / {record.code}"
        if model in PATHS:
            return self._path_text(record)
        return record[self._key_field(model)] or ""

    def _path_text(self, record):
        names, seen = [], record.browse()
        while record and record not in seen:
            names.append(record.name)
            seen |= record
            record = record[PATHS[record._name]]
        return " / ".join(reversed(names))

    # --- name to record ---------------------------------------------------------------
    @api.model
    def _found(self, model, texts):
        """The records that these names tell.

        :return: ``{text: record}``; a name that tells several is told by all of them,
            and one that tells none is not there
        """
        Model = self.env[model].with_context(active_test=False, lang="en_US")
        found = {}
        external = {text for text in texts if text.startswith(EXTERNAL)}
        for text in external:
            # sudo: an external id is no secret; the record has to be readable
            record = (
                self.env["ir.model.data"]
                .sudo()
                ._xmlid_to_res_model_res_id(text.removeprefix(EXTERNAL))
            )
            if record[0] == model and (one := Model.browse(record[1]).exists()):
                found[text] = one
        for record in self._candidates(Model, texts - external):
            text = self._plain_text(record.sudo())
            if text in texts:
                found[text] = found.get(text, Model) | record
        return {text: self._preferred(records) for text, records in found.items()}

    def _candidates(self, Model, texts):
        if not texts:
            return Model
        if Model._name == "res.country.state":
            codes = {text.partition("-")[2] for text in texts}
            return Model.search([("code", "in", list(codes))])
        if Model._name == "stock.warehouse":
            codes = {text.rpartition(" / ")[2] for text in texts}
            return Model.search([("code", "in", list(codes))])
        if Model._name in PATHS:
            names = {text.rpartition(" / ")[2] for text in texts}
            return Model.search([("name", "in", list(names))])
        return Model.search([(self._key_field(Model._name), "in", list(texts))])

    def _preferred(self, records):
        """Of several with one name, the one that is not archived."""
        if len(records) > 1 and "active" in records._fields:
            live = records.filtered("active")
            return live if len(live) == 1 else records
        return records

    @api.model
    def _creatable(self, model):
        """Whether a name alone is enough to make such a record, by this user."""
        return model in (
            "product.category",
            "product.tag",
            "res.partner.category",
            "returns.channel",
        ) and self.env[model].has_access("create")

    @api.model
    def _create_named(self, model, text):
        """Make a record that the file names; a path makes what stands above it."""
        Model = self.env[model].with_context(lang="en_US")
        if model == "returns.channel":
            return Model.create({"code": text, "name": text.replace("_", " ").title()})
        if model == "product.tag":
            return Model.create({"name": text})
        above, _slash, name = text.rpartition(" / ")
        parent = Model
        if above:
            parent = self._found(model, {above}).get(above) or self._create_named(
                model, above
            )
        return Model.create({"name": name, "parent_id": parent[:1].id})
