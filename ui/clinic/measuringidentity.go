package clinic

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// identity makes sure, before the first test, that the person here is the one on
// the screen: two things large enough to compare at a glance, and one button.
type identity struct {
	object  fyne.CanvasObject
	yes     *kit.Button
	several bool // others are alike
}

// mostAlike is how many are shown who could be confused with the person: more of
// them would hide the one that is meant.
const mostAlike = 3

func newIdentity(m *measuring, s bedside.State) part {
	c, who := m.c, s.Visit.Patient
	p := &identity{several: len(s.Identity.Alike) > 0}
	enough := len(s.Identity.Asked) == 2
	ask, yes := words.IdentityAsk, words.IdentityYes
	if s.Identity.Card {
		ask, yes = words.IdentityAskOne, words.IdentityYesOne
	}
	rows := []fyne.CanvasObject{c.title(c.t(words.IdentityTitle))}
	if enough {
		rows = append(rows, kit.NewText(c.look, c.t(ask), kit.TextStyle{Size: kit.SizeLead}))
	} else {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.IdentityFew)))
	}
	if s.Identity.OtherCard {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.IdentityOtherCard)))
	}
	for _, trait := range s.Identity.Asked {
		if trait == records.TraitCard && s.Identity.Card {
			continue // it was shown, and is no question
		}
		label, value := c.trait(trait, who)
		rows = append(rows, kit.NewColumn(0, kit.NewText(c.look, label, kit.TextStyle{Color: kit.ColorInk2}),
			kit.NewText(c.look, value, kit.TextStyle{Size: kit.SizeValue, Bold: true})))
	}
	rows = append(rows, m.alike(s.Identity.Alike)...)
	actions := []fyne.CanvasObject{
		m.button(words.IdentityNo, kit.Quiet, func() error { c.desk.Go(desk.Route{Page: desk.PageFind}); return nil }),
		kit.NewSpacer(),
		kit.NewButton(c.look, c.t(words.IdentityInstead), kit.ButtonStyle{Rank: kit.Secondary}, m.askInstead),
	}
	if enough {
		p.yes = m.button(yes, kit.Primary, m.bedside.Identified)
		actions = append(actions, p.yes)
	}
	p.object = kit.NewColumn(kit.Space16, kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space24, rows...))), c.row(kit.Space16, actions...))
	return p
}

func (p *identity) content() fyne.CanvasObject { return p.object }
func (p *identity) live(*measuring)            {}

// first is the button, so that Return leads on; not where somebody is alike, who
// has to be looked at.
func (p *identity) first() fyne.Focusable {
	if p.yes == nil || p.several {
		return nil
	}
	return p.yes
}

// trait is what a person says or shows, as it is called and as it is on record.
func (c *Clinic) trait(t records.Trait, p *records.Patient) (label, value string) {
	switch t {
	case records.TraitName:
		return c.t(words.IdentityName), desk.NameOf(p)
	case records.TraitBirth:
		born, age := c.born(p)
		return c.t(words.RegisterBirth) + "  ·  " + age, born
	case records.TraitPhone:
		i := slices.IndexFunc(p.Identifiers, func(i records.Identifier) bool { return i.System == records.PhoneSystem })
		return c.t(words.RegisterPhone), kit.Isolate(p.Identifiers[i].Value)
	}
	return c.t(words.RegisterCard), c.number(p)
}

// alike are others who could be the person here, each with the way to them.
func (m *measuring) alike(all []records.Duplicate) []fyne.CanvasObject {
	if len(all) == 0 {
		return nil
	}
	c := m.c
	rows := []fyne.CanvasObject{kit.NewNotice(c.look, kit.ToneWatch, c.t(words.IdentityAlike))}
	for _, other := range all[:min(len(all), mostAlike)] {
		open := kit.NewButton(c.look, c.t(words.RegisterOpenThis), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.Open(other.Patient) })
		rows = append(rows, c.row(kit.Space16, kit.NewGrow(1, kit.NewColumn(4,
			kit.NewText(c.look, desk.NameOf(other.Patient), kit.TextStyle{Size: kit.SizeTitle, Bold: true}),
			kit.NewText(c.look, c.facts(other.Patient), kit.TextStyle{}),
			c.row(0, kit.NewBadge(c.look, kit.Watch, c.t(whyWords(other.Why)), kit.SizeCaption)))), open))
	}
	return rows
}

// askInstead asks how it is known who this is, of somebody who cannot say it.
func (m *measuring) askInstead() {
	c := m.c
	p := c.pick(records.IdentityReasons(), words.IdentityReasonName, "", func(code string) {
		c.closeDialog()
		m.press(func() error { return m.bedside.IdentifiedBut(code) })()
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, c.title(c.t(words.IdentityHow)), p.object), c.closeButton()), nil)
}

// scanned takes the badge of whoever signs, the card of whoever is here while it is made
// sure who that is, and else looks up whose it is.
func (m *measuring) scanned(code string) {
	switch {
	case m.unread != nil:
		m.unread.scanned(code)
	case m.bedside.ShowCard(code) != nil:
		m.c.lookUp(code)
	}
}

// A shownCard is a card that was scanned to find somebody.
type shownCard struct {
	code string
	at   time.Time
}

// cardStands is for how long whoever showed a card is taken to be still there.
const cardStands = 5 * time.Minute

// shown reports whether somebody has just shown their own card.
func (c *Clinic) shown(p *records.Patient) bool {
	return c.desk.Now().Sub(c.card.at) < cardStands && slices.ContainsFunc(p.Identifiers, func(i records.Identifier) bool {
		return i.System != records.PhoneSystem && strings.EqualFold(i.Value, strings.TrimSpace(c.card.code))
	})
}
