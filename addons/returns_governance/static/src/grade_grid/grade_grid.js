import {Component, useState} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {FileInput} from "@web/core/file_input/file_input";
import {registry} from "@web/core/registry";
import {Many2ManyBinaryField} from "@web/views/fields/many2many_binary/many2many_binary_field";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const round = (value) => Math.round(value * 10000) / 10000;

/**
 * The inspection grid: how many units are in which condition, where the policy sends
 * them and why, and another place with a reason for those who may choose one.
 * Works on one JSON value, so that counting never waits for the server.
 */
export class GradeGrid extends Component {
    static template = "returns_governance.GradeGrid";
    static components = {FileInput, Many2ManyBinaryField};
    static props = {...standardFieldProps};

    setup() {
        this.state = useState({changing: {}, answers: {}});
    }

    get grid() {
        return this.props.record.data[this.props.name] || {};
    }

    get grades() {
        return this.grid.grades || [];
    }

    get graded() {
        return this.grades.filter((grade) => grade.quantity > 0);
    }

    get choices() {
        return this.grid.dispositions || [];
    }

    get received() {
        return this.props.record.data.left || 0;
    }

    get left() {
        const sum = this.grades.reduce((total, grade) => total + grade.quantity, 0);
        return round(this.received - sum);
    }

    get leftWords() {
        if (this.left < 0) {
            return _t("%s too many", -this.left);
        }
        return this.left ? _t("%s left to grade", this.left) : _t("all graded");
    }

    placeName(grade) {
        const wanted = this.choices.find((choice) => choice.id === grade.wanted);
        return wanted ? wanted.name : grade.given_name || _t("a person chooses");
    }

    isChanging(grade) {
        return Boolean(this.state.changing[grade.condition] || grade.wanted);
    }

    change(grade) {
        this.state.changing[grade.condition] = true;
    }

    keep(grade) {
        this.state.changing[grade.condition] = false;
        this.write(grade, {wanted: false, reason: ""});
    }

    setQuantity(grade, value) {
        const quantity = Number(String(value).replace(",", "."));
        this.write(grade, {
            quantity: Number.isFinite(quantity) ? round(Math.max(0, quantity)) : 0,
        });
    }

    step(grade, by) {
        this.setQuantity(grade, grade.quantity + by);
    }

    /** One press puts all that is left into this condition. */
    takeRest(grade) {
        if (this.left > 0) {
            this.setQuantity(grade, grade.quantity + this.left);
        }
    }

    setWanted(grade, value) {
        const wanted = Number(value) || false;
        this.write(grade, {wanted: wanted === grade.given ? false : wanted});
    }

    setReason(grade, reason) {
        this.write(grade, {reason});
    }

    // --- what the checklist asks
    get checklist() {
        return this.grid.checklist || {};
    }

    /** What was answered last wins over a record that is still being written. */
    get questions() {
        const {answers} = this.state;
        return (this.checklist.questions || []).map((question) =>
            question.code in answers
                ? {...question, value: answers[question.code]}
                : question,
        );
    }

    isOpen(question) {
        return question.required && !question.value.length;
    }

    /** Kept while it is typed, so that drawing anew takes no letter away. */
    type(question, value) {
        this.state.answers[question.code] = value;
    }

    answer(question, value) {
        this.type(question, value);
        return this.store({});
    }

    addPhotos(question, files) {
        const added = files
            .filter((file) => file.id && !file.error)
            .map((file) => ({id: file.id, name: file.filename || file.name}));
        const before = this.questions.find((other) => other.code === question.code);
        this.answer(question, [...before.value, ...added]);
    }

    removePhoto(question, id) {
        this.answer(
            question,
            question.value.filter((file) => file.id !== id),
        );
    }

    setNote(note) {
        this.props.record.update({note});
    }

    write(grade, changes) {
        const grades = this.grades.map((other) =>
            other.condition === grade.condition ? {...other, ...changes} : other,
        );
        return this.store({grades});
    }

    store(changes) {
        const grid = {...this.grid, ...changes};
        if (this.questions.length) {
            grid.checklist = {...this.checklist, questions: this.questions};
        }
        return this.props.record.update({[this.props.name]: grid});
    }
}

registry.category("fields").add("returns_grade_grid", {
    component: GradeGrid,
    displayName: _t("Inspection grid"),
    supportedTypes: ["json"],
    fieldDependencies: [{name: "left", type: "float"}],
});
