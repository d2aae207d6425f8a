package clinic

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// consentChange is something that a person may say now of what they agreed to.
type consentChange struct {
	purpose string
	given   bool
}

// consentWords are what changes are called.
func consentWords() map[consentChange]words.Key {
	return map[consentChange]words.Key{
		{records.ConsentShare, false}: words.ConsentShareBack, {records.ConsentShare, true}: words.ConsentShareAgain,
		{records.ConsentKeep, false}: words.ConsentKeepBack, {records.ConsentKeep, true}: words.ConsentKeepAgain,
	}
}

// askConsent shows what the person has said of what they agreed to, and takes what
// they say now.
func (p *personPage) askConsent() {
	c := p.c
	s := p.dossier.State()
	rows := []fyne.CanvasObject{c.title(c.t(words.DossierConsent)), c.plain(c.t(words.DossierConsentLead))}
	for _, said := range s.Consents {
		rows = append(rows, c.plain(c.consentSaid(said)))
	}
	changes := map[string]consentChange{}
	var codes []string
	for _, purpose := range slices.Backward(records.LaterPurposes()) {
		ch := consentChange{purpose, takenBack(s.Consents, purpose)}
		code := string(consentWords()[ch])
		changes[code], codes = ch, append(codes, code)
	}
	d := c.drafted("consent|" + string(s.Patient.ID))
	choice := d.keepChoice(c, "change", 2, codes, func(code string) words.Key { return words.Key(code) })
	why := c.noteEntry(100)
	d.keep("why", why)
	rows = append(rows, choice.object, kit.NewField(c.look, c.t(words.DossierWhy), "", why).Slim())
	p.askAs(d, rows, words.DossierSave, func(said *kit.Text) bool {
		ch, chosen := changes[choice.chosen]
		if !chosen || strings.TrimSpace(why.Text()) == "" {
			said.SetText(c.t(words.BedsideMissing))
			return false
		}
		p.dossier.Say(records.LaterConsent{
			Purpose: ch.purpose, Given: ch.given, Version: agreedTo(s.Visits, ch.purpose), Language: c.lang.Tag(), Reason: why.Text(),
		})
		return true
	})
}

// takenBack reports whether a purpose is taken back now.
func takenBack(said []records.LaterConsent, purpose string) bool {
	for _, w := range slices.Backward(said) {
		if w.Purpose == purpose {
			return !w.Given
		}
	}
	return false
}

// agreedTo is the version of the text that the person was last asked with.
func agreedTo(visits []*records.Encounter, purpose string) (version string) {
	var newest *records.Encounter
	for _, e := range visits {
		for _, said := range e.Consents {
			if said.Purpose == purpose && (newest == nil || !e.Started.Before(newest.Started)) {
				newest, version = e, said.Version
			}
		}
	}
	return version
}

// consentSaid is one line of what the person has said: when, what, why and to whom.
func (c *Clinic) consentSaid(said records.LaterConsent) string {
	parts := []string{c.when(said.At), c.t(consentWords()[consentChange{said.Purpose, said.Given}])}
	if said.By == (records.Clinician{}) {
		parts = append(parts, c.t(words.ConsentByPerson))
	}
	for _, text := range []string{said.Reason, said.By.Name} {
		if text != "" {
			parts = append(parts, kit.Isolate(text))
		}
	}
	return strings.Join(parts, "  ·  ")
}
