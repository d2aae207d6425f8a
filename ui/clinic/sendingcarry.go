package clinic

import (
	"fmt"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/app/settings"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/carry"
	"aidpost/ui/kit"
)

// carryPart is what of the page about sending is about sticks. Where nobody is
// trusted to carry with there is none.
type carryPart struct {
	c        *Clinic
	carrying *settings.Carrying
	asked    records.ID // the visit whose versions are on the screen
}

func (p *carryPart) rows(s settings.CarryState) []fyne.CanvasObject {
	c := p.c
	if !s.Read || len(s.Status.Partners) == 0 {
		return nil
	}
	rows := []fyne.CanvasObject{kit.NewHairline(c.look), c.strong(c.t(words.CarryTitle))}
	for _, partner := range s.Status.Partners {
		if partner.Office {
			rows = append(rows, kit.NewRow(c.look, kit.Space16, kit.CrossTop, c.figure(words.CarryLocal, s.Status.Local),
				c.figure(words.CarryCarried, s.Status.Carried), c.figure(words.CarryHeld, s.Status.Held), c.figure(words.SyncSent, s.Status.Sent)))
		}
	}
	rows = append(rows, p.outcome(s)...)
	rows = append(rows, p.buttons(s))
	return append(rows, p.disputed(s)...)
}

// buttons do it, if there is a stick.
func (p *carryPart) buttons(s settings.CarryState) fyne.CanvasObject {
	c := p.c
	if s.Stick == "" {
		return kit.NewNotice(c.look, kit.ToneWatch, c.t(words.CarryNoStick),
			kit.NewButton(c.look, c.t(words.CarryLook), kit.ButtonStyle{Rank: kit.Secondary}, p.carrying.Look))
	}
	in := kit.NewButton(c.look, c.t(words.CarryIn), kit.ButtonStyle{Rank: kit.Secondary}, p.carrying.In)
	out := kit.NewButton(c.look, c.t(words.CarryOut), kit.ButtonStyle{}, p.carrying.Out)
	if s.Busy {
		in.Disable()
		out.Disable()
	}
	name := kit.Isolate(filepath.Base(filepath.Dir(s.Stick)))
	return kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
		kit.NewGrow(1, c.plain(c.t(words.CarryStick, words.With("name", name)))), in, out)
}

// outcome says what came of the last act, in words.
func (p *carryPart) outcome(s settings.CarryState) (rows []fyne.CanvasObject) {
	c := p.c
	say := func(tone kit.Tone, key words.Key, args ...words.Arg) {
		rows = append(rows, kit.NewNotice(c.look, tone, c.t(key, args...)))
	}
	switch {
	case s.Busy && s.Total > 0:
		say(kit.ToneWatch, words.CarryWorkingOf, words.With("done", s.Done), words.With("all", s.Total))
	case s.Busy:
		say(kit.ToneWatch, words.CarryWorking)
	case s.Failed != "":
		say(kit.ToneWrong, words.SendingFailed, words.With("why", c.lang.Reason(s.Failed)))
	}
	if s.Busy {
		return rows
	}
	if r := s.Out; r != nil && r.Visits+r.Words > 0 {
		if r.Visits > 0 {
			say(kit.ToneDone, words.CarryDoneOut, words.With("n", r.Visits))
		}
		if r.Words > 0 {
			say(kit.ToneDone, words.CarryWord, words.With("n", r.Words))
		}
	} else if r != nil && s.Failed == "" {
		say(kit.ToneDone, words.CarryOutNothing)
	}
	if s.In == nil {
		return rows
	}
	return append(rows, p.taken(s)...)
}

// taken says what was taken in. What waits for a decision stands in a list of its own.
func (p *carryPart) taken(s settings.CarryState) (rows []fyne.CanvasObject) {
	c, r := p.c, *s.In
	say := func(tone kit.Tone, n int, key words.Key, args ...words.Arg) {
		if n > 0 {
			rows = append(rows, kit.NewNotice(c.look, tone, c.t(key, append(args, words.With("n", n))...)))
		}
	}
	say(kit.ToneDone, r.New, words.CarryDoneIn)
	say(kit.ToneDone, r.Held, words.CarryNowHeld)
	say(kit.ToneDone, r.Sent, words.CarryNowSent)
	say(kit.ToneDone, r.Wishes, words.CarryWishes)
	say(kit.ToneWatch, r.Waiting, words.CarryWaiting)
	for _, f := range r.Refused {
		if slices.ContainsFunc(s.Status.Disputed, func(d carry.Disputed) bool { return d.Visit == f.Visit }) {
			continue
		}
		what := kit.Isolate(f.Letter)
		if f.Visit != "" {
			what = c.t(words.CarryVisit, words.With("visit", kit.Isolate(string(f.Visit[:8]))))
		}
		say(kit.ToneWrong, 1, words.CarryRefused, words.With("what", what), words.With("why", c.lang.Reason(f.Why)))
	}
	if len(rows) == 0 && s.Failed == "" && r.Disputed == 0 {
		say(kit.ToneDone, 1, words.CarryInNothing)
	}
	return rows
}

// disputed are the visits of which a person has to say which version holds.
func (p *carryPart) disputed(s settings.CarryState) (rows []fyne.CanvasObject) {
	c := p.c
	if len(s.Status.Disputed) > 0 {
		rows = append(rows, c.strong(c.t(words.CarryDisputed)))
	}
	for _, d := range s.Status.Disputed {
		act := kit.NewButton(c.look, c.t(words.SendingCompare), kit.ButtonStyle{}, func() { p.carrying.Compare(d.Visit) })
		if s.Busy {
			act.Disable()
		}
		about := c.t(words.CarryDispute, words.With("visit", kit.Isolate(string(d.Visit[:8]))), words.With("name", kit.Isolate(d.From)), words.With("time", c.when(d.At)))
		rows = append(rows, kit.NewCard(c.look, kit.Space16, c.row(kit.Space16, kit.NewGrow(1, c.strong(about)), act)))
	}
	return rows
}

// compare shows both versions of a visit.
func (p *carryPart) compare(s settings.CarryState) {
	if s.Compared == p.asked {
		return
	}
	c, id := p.c, s.Compared
	p.asked = id
	if id == "" {
		c.closeDialog()
		return
	}
	content := append([]fyne.CanvasObject{c.title(c.t(words.CarryChoose)), c.plain(c.t(words.CarryKept)), kit.NewHairline(c.look)},
		c.bothVersions(kit.Isolate(s.Dispute.Name), s.Dispute.Fields)...)
	keep := func(label words.Key, brought bool) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(label), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.carrying.Keep(id, brought) })
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8, content...),
		c.closeButton(), keep(words.CarryKeepThere, true), keep(words.SendingKeepHere, false)),
		func() {
			p.asked = ""
			p.carrying.Uncompare()
		})
}

// figure is a number with what it counts.
func (c *Clinic) figure(key words.Key, n int) fyne.CanvasObject {
	return kit.NewGrow(1, kit.NewColumn(0, kit.NewText(c.look, fmt.Sprint(n), kit.TextStyle{Size: kit.SizeTitle, Bold: true}),
		kit.NewText(c.look, c.t(key), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})))
}

// carriedKey changes whenever something else is shown.
func carriedKey(s settings.CarryState) string {
	key := fmt.Sprint(s.Read, s.Stick, s.Busy, s.Done, s.Total, s.Failed, s.Status)
	if s.Out != nil {
		key += fmt.Sprint("out", *s.Out)
	}
	if s.In != nil {
		key += fmt.Sprint("in", *s.In)
	}
	return key
}
