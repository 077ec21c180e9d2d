import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Opens the page of a notebook. */
const page = (name) => ({
    trigger: `.o_notebook_headers a:contains(${name})`,
    run: "click",
});

/** Chooses one word of a list in the open dialog. */
const choose = (field, word) => [
    {trigger: `.modal div[name=${field}] input`, run: "click"},
    {trigger: `.o_select_menu_item:contains(/^${word}$/)`, run: "click"},
];

/** A manager writes a rule, tries it with a case, sees the difference, proposes. */
tours.add("returns_tour_policy_write", {
    steps: () => [
        {trigger: "button[name=action_new_version]", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Draft)"},
        {
            trigger:
                "div[name=rule_ids] .o_field_x2many_list_row_add button, " +
                "div[name=rule_ids] .o_field_x2many_list_row_add a",
            content: "A rule of its own",
            run: "click",
        },
        {trigger: ".modal div[name=code] input", run: "edit defects"},
        {trigger: ".modal div[name=reason_ids] input", run: "edit Defective"},
        {
            trigger: ".o-autocomplete--dropdown-item:contains(/^Defective$/)",
            run: "click",
        },
        ...choose("window", "Days"),
        {trigger: ".modal div[name=window_days] input", run: "edit 40"},
        {trigger: ".modal .o_form_button_save", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) div[name=rule_ids] .o_data_row:contains(Defective: 40 days)",
            content: "The rule reads back as a sentence",
        },
        page("Test cases"),
        {
            trigger:
                "div[name=test_ids] .o_field_x2many_list_row_add button, " +
                "div[name=test_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".modal div[name=name] input",
            run: "edit Broken on day 45",
        },
        // The number first: what the choice of a reason brings back from the server
        // would put the field back while it is still being typed.
        {trigger: ".modal div[name=days] input", run: "edit 45"},
        {trigger: ".modal div[name=reason_id] input", run: "edit Defective"},
        {
            trigger: ".o-autocomplete--dropdown-item:contains(/^Defective$/)",
            run: "click",
        },
        ...choose("expect", "May come back"),
        // And once more: an answer to an earlier field may have put it back.
        {trigger: ".modal div[name=days] input", run: "edit 45"},
        {trigger: ".modal div[name=days] input:value(45)"},
        {trigger: ".modal .o_form_button_save", run: "click"},
        {trigger: "body:not(:has(.modal)) div[name=test_ids] .o_data_row:contains(45)"},
        {trigger: "body:not(:has(.modal)) button[name=action_run_tests]", run: "click"},
        {
            trigger: ".o_notification:contains(the window of 40 days has passed)",
            content: "The case is red and says what came instead",
        },
        {trigger: ".alert-danger:contains(cannot be published)"},
        {trigger: "div[name=test_ids] .o_data_row:contains(Fails)"},
        page("Rules"),
        {
            trigger:
                "div[name=rule_ids] .o_data_row:contains(Defective) td[name=sentence]",
            run: "click",
        },
        {trigger: ".modal div[name=window_days] input", run: "edit 60"},
        {trigger: ".modal .o_form_button_save", run: "click"},
        {
            trigger:
                "body:not(:has(.modal)) div[name=rule_ids] .o_data_row:contains(Defective: 60 days)",
            content: "The form knows of the change before the cases run",
        },
        {trigger: "body:not(:has(.modal)) button[name=action_run_tests]", run: "click"},
        {trigger: ".o_notification:contains(All 1 test cases)"},
        {trigger: "button[name=action_compare]", run: "click"},
        {trigger: ".modal .o_returns_diff:contains(New rule: defects)"},
        {trigger: ".modal .o_returns_diff:contains(Defective: 60 days)"},
        {trigger: ".modal footer button:contains(Close)", run: "click"},
        {
            trigger: "body:not(:has(.modal)) button[name=action_publish]",
            content: "Who wrote it cannot publish it",
            run: "click",
        },
        {trigger: ".modal button:contains(Publish)", run: "click"},
        {trigger: ".modal:contains(another manager has to publish it)"},
        {trigger: ".modal footer button", run: "click"},
        {trigger: "body:not(:has(.modal)) button[name=action_propose]", run: "click"},
        {trigger: "div[name=proposed_by]"},
    ],
});

/** A second manager publishes what the first one proposed. */
tours.add("returns_tour_policy_publish", {
    steps: () => [
        {trigger: ".alert-success:contains(come out as expected)"},
        {trigger: "button[name=action_compare]", run: "click"},
        {trigger: ".modal .o_returns_diff:contains(New rule: defects)"},
        {trigger: ".modal footer button:contains(Close)", run: "click"},
        {trigger: "body:not(:has(.modal)) button[name=action_publish]", run: "click"},
        {trigger: ".modal button:contains(Publish)", run: "click"},
        {trigger: ".o_arrow_button_current:contains(Published)"},
    ],
});
