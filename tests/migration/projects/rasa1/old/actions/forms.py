from rasa_sdk.forms import FormAction


class TableForm(FormAction):
    def name(self):
        return "table_form"

    @staticmethod
    def required_slots(tracker):
        return ["people", "day", "terrace"]

    def slot_mappings(self):
        return {
            "people": [self.from_entity(entity="people", intent=["inform", "book_table"]), self.from_text()],
            "terrace": [
                self.from_intent(intent="affirm", value=True),
                self.from_intent(intent="deny", value=False),
            ],
        }

    def submit(self, dispatcher, tracker, domain):
        return []
