import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const card = (step) => `.o_kanban_record:has([data-step=${step}])`;
const press = (step) => [
    {trigger: `${card(step)} button.btn-primary`, run: "click"},
    {trigger: `${card(step)} .fa-check-circle`},
];

/** From a company with nothing to a first return that was received. */
tours.add("returns_tour_first_return", {
    steps: () => [
        {trigger: `${card("company")} .fa-check-circle`},
        {trigger: `${card("warehouse")}:contains(Company without a warehouse)`},
        ...press("warehouse"),
        ...press("accounts"),
        ...press("trial_order"),
        {trigger: `${card("trial_return")} button.btn-primary`, run: "click"},
        {trigger: ".o_returns_next:contains(Next: submit)"},
        {trigger: "button[name=action_submit]", run: "click"},
        {trigger: ".o_returns_next:contains(wait for the parcel with 3 units)"},
        {trigger: "button[name=action_receive]", run: "click"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: ".o_returns_next:contains(inspect 3 units)"},
    ],
});
