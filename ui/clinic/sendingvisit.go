package clinic

import (
	"encoding/hex"

	"fyne.io/fyne/v2"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/ui/kit"
)

// hashShown is how many letters of a hash are enough to compare two by eye.
const hashShown = 16

// visitStanding is how one visit stands with the server, in a dialog over a page.
type visitStanding struct {
	c     *Clinic
	shown records.ID
}

// button asks for it.
func (v *visitStanding) button(visit records.ID, rank kit.Rank) fyne.CanvasObject {
	return kit.NewButton(v.c.look, v.c.t(words.SendingShow), kit.ButtonStyle{Rank: rank}, func() { v.c.admin.Server.Show(visit) })
}

// update shows it once it is known.
func (v *visitStanding) update() {
	if v.c.admin == nil {
		return
	}
	s := v.c.admin.Server.State().Shown
	if s == nil || s.Encounter == v.shown {
		return
	}
	v.shown = s.Encounter
	v.c.showStanding(s, func() {
		v.shown = ""
		v.c.admin.Server.Unshow()
	})
}

// showStanding shows how one visit stands with the server: what has been proved, by
// which receipts, and what was tried.
func (c *Clinic) showStanding(s *outbox.Standing, closed func()) {
	tone, text := kit.ToneWatch, words.SendingNotProved
	switch {
	case s.Proved() && s.Trusting:
		text = words.SendingWordAlone
	case s.Proved():
		tone, text = kit.ToneDone, words.SendingProvedAll
	}
	content := []fyne.CanvasObject{
		c.title(c.t(words.SendingVisit, words.With("visit", kit.Isolate(string(s.Encounter[:8]))), words.With("time", c.when(s.Created)))),
		c.plain(c.stageOf(s.Stage)), kit.NewNotice(c.look, tone, c.t(text)),
	}
	content = append(content, c.hashes(s)...)
	for _, p := range s.Parts {
		content = append(content, c.quiet(c.partOf(p)))
	}
	content = append(content, kit.NewHairline(c.look), c.strong(c.t(words.SendingLog)))
	if len(s.Tries) == 0 {
		content = append(content, c.plain(c.t(words.SendingLogNone)))
	}
	for _, t := range s.Tries {
		content = append(content, c.plain(c.tried(t)))
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8, content...), c.closeButton()), closed)
}

func (c *Clinic) stageOf(s records.Stage) string {
	return c.t(words.SendingStage, words.With("stage", c.t(words.SendingStageName(string(s)))))
}

func (c *Clinic) hashes(s *outbox.Standing) (rows []fyne.CanvasObject) {
	short := func(sum [32]byte) words.Arg {
		return words.With("hash", kit.Isolate(hex.EncodeToString(sum[:])[:hashShown]))
	}
	if s.Why != "" {
		rows = append(rows, c.plain(c.lang.Reason(s.Why)))
	}
	if len(s.Parts) > 0 {
		rows = append(rows, c.plain(c.t(words.SendingHashHere, short(s.Hash()))))
	}
	if sum, at, ok := s.Receipt(); ok {
		rows = append(rows, c.plain(c.t(words.SendingHashThere, short(sum), words.With("time", c.when(at)))))
	}
	return rows
}

// partOf says how a part on the server compares with what is here.
func (c *Clinic) partOf(p outbox.Part) string {
	kind := words.With("kind", c.lang.Resource(p.Kind))
	switch {
	case p.Receipt.Remote == "":
		return c.t(words.SendingPartNone, kind)
	case p.Receipt.Theirs:
		return c.t(words.SendingPartTheirs, kind)
	case p.Held():
		return c.t(words.SendingPart, kind, words.With("version", kit.Isolate(p.Receipt.Version)))
	case p.Common:
		return c.t(words.SendingPartNewer, kind)
	}
	return c.t(words.SendingPartOther, kind)
}

// tried is a line of what was tried.
func (c *Clinic) tried(t records.Try) string {
	why, at := words.With("why", c.lang.Reason(t.Why)), words.With("time", c.when(t.At))
	if t.Until.After(t.At) {
		return c.t(words.SendingLogSpan, at, words.With("until", c.when(t.Until)), why)
	}
	return c.t(words.SendingLogLine, at, why)
}
