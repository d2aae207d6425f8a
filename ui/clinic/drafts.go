package clinic

import (
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// A draft is what was typed and chosen in a form that was left before it was
// done, by field.
type draft map[string]string

// drafted returns the draft of a form, which is empty at first. Drafts wait for
// whoever made them, as long as the program runs: nothing typed is lost.
func (c *Clinic) drafted(form string) draft {
	key := c.draftKey(form)
	if c.drafts[key] == nil {
		c.drafts[key] = draft{}
	}
	return c.drafts[key]
}

// draftKey names the draft of a form of whoever is signed in.
func (c *Clinic) draftKey(form string) string { return string(c.desk.State().Who.ID) + "|" + form }

// keep shows in an entry what was typed before, and keeps what is typed from
// now on. Other changes of the entry go on being told.
func (d draft) keep(field string, e *kit.Entry) {
	if was := d[field]; was != "" {
		e.SetText(was)
	}
	told := e.OnChanged
	e.OnChanged = func(text string) {
		d[field] = text
		if told != nil {
			told(text)
		}
	}
}

// keepChoice returns one of several codes, as pick does, that is kept.
func (d draft) keepChoice(c *Clinic, field string, most int, codes []string, name func(string) words.Key) *picks {
	return c.picking(most, codes, name, d[field], func(code string) { d[field] = code })
}
