import {registry} from "@web/core/registry";

/** A stock user goes back a day, sees what lay where, and opens the ledger behind it. */
registry.category("web_tour.tours").add("inventory_states_tour_as_of", {
    steps: () => [
        {trigger: ".o_inventory_as_of p:contains(ledger and stock agree)"},
        {trigger: ".o_data_row td[name=quarantine]:contains(5.00)"},
        {trigger: ".o_inventory_as_of button[name=yesterday]", run: "click"},
        {
            trigger:
                ".o_inventory_as_of .o_state[data-state=damaged]:contains(+2 until now)",
        },
        {trigger: ".o_data_row td[name=quarantine]:contains(7.00)"},
        {
            trigger: ".o_data_row:contains(7.00) td[name=total]",
            content: "The line opens what it is made of",
            run: "click",
        },
        {trigger: ".o_last_breadcrumb_item:contains(Ledger of)"},
        {trigger: ".o_data_row"},
    ],
});
