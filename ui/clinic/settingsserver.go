package clinic

import (
	"fmt"
	"io"
	"os"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/settings"
	"aidpost/app/site"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// serverPanel is how it stands with the server, above the settings about it.
type serverPanel struct {
	c      *Clinic
	secret *kit.Entry
	field  *kit.Field
	typing fyne.CanvasObject // the secret, with what can be done with it
}

func newServerPanel(c *Clinic) *serverPanel {
	p := &serverPanel{c: c}
	p.secret = kit.NewEntry(c.look, kit.EntryStyle{Secret: true, Step: kit.SizeBody, Limit: 16 << 10})
	p.field = kit.NewField(c.look, c.t(words.SyncSecret), "", p.secret)
	keep := kit.NewButton(c.look, c.t(words.SyncSecretKeep), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconKey}, func() {
		if text := p.secret.Text(); text != "" {
			c.admin.Server.KeepSecret(text)
			p.secret.Clear() // never stays on the screen
		}
	})
	forget := kit.NewButton(c.look, c.t(words.SyncSecretForget), kit.ButtonStyle{Rank: kit.Quiet}, func() { c.admin.Server.KeepSecret("") })
	p.typing = kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, p.field), keep, forget)
	return p
}

// key tells states apart that look different.
func (p *serverPanel) key(s settings.ServerState) string { return fmt.Sprint(s) }

// rows are how it stands, and the secret under that: what is typed of it stays.
func (p *serverPanel) rows(s settings.ServerState) []fyne.CanvasObject {
	c := p.c
	hint := words.SyncSecretNone
	if s.Secret {
		hint = words.SyncSecretKept
	}
	p.field.SetHint(c.t(hint))
	var rows []fyne.CanvasObject
	if s.Read {
		rows = p.standing(s)
	}
	return append(rows, p.typing, kit.NewHairline(c.look))
}

func (p *serverPanel) standing(s settings.ServerState) []fyne.CanvasObject {
	c := p.c
	rows := c.serverStands(s)
	if s.None {
		return rows
	}
	for _, parked := range s.Parked {
		rows = append(rows, kit.NewText(c.look, c.t(words.SyncRefusedVisit, words.With("visit", string(parked.Encounter[:8])),
			words.With("time", c.when(parked.At)), words.With("why", c.lang.Reason(parked.Why))), kit.TextStyle{}))
	}
	switch {
	case s.Tried && s.TryFail == "":
		rows = append(rows, kit.NewNotice(c.look, kit.ToneDone, c.t(words.SyncTried)))
		if s.Safer {
			rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SyncSafer)))
		}
	case s.Tried:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.SyncTryFailed, words.With("why", c.lang.Reason(s.TryFail)))))
	}
	try := kit.NewButton(c.look, c.t(words.SyncTry), kit.ButtonStyle{Rank: kit.Secondary}, c.admin.Server.Try)
	if s.Busy {
		try.Disable()
	}
	return append(rows, kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewSpacer(), try,
		kit.NewButton(c.look, c.t(words.SyncNow), kit.ButtonStyle{}, c.admin.Server.Retry)))
}

// serverStands is how sending stands, how many visits are where, and since when.
func (c *Clinic) serverStands(s settings.ServerState) []fyne.CanvasObject {
	tone, text := c.standingOfServer(s)
	rows := []fyne.CanvasObject{kit.NewNotice(c.look, tone, text)}
	if s.None {
		return rows
	}
	switch {
	case s.Waits:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SyncMeteredWaits)))
	case s.Metered:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SyncMetered)))
	}
	if at := s.Expire.Server; !at.IsZero() {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SyncExpiresServer, words.With("time", c.when(at)))))
	}
	if at := s.Expire.Own; !at.IsZero() {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SyncExpiresOwn, words.With("time", c.when(at)))))
	}
	rows = append(rows, kit.NewRow(c.look, kit.Space16, kit.CrossTop,
		c.figure(words.SyncWaiting, s.Stats.Pending+s.Stats.InFlight), c.figure(words.SyncSent, s.Stats.Done),
		c.figure(words.SyncHeld, s.Stats.Held), c.figure(words.SyncRefused, s.Stats.Dead)))
	var times []string
	if !s.Stats.Oldest.IsZero() {
		times = append(times, c.t(words.SyncOldest)+": "+c.when(s.Stats.Oldest))
	}
	if !s.Server.Good.IsZero() {
		times = append(times, c.t(words.SyncGood)+": "+c.when(s.Server.Good))
	}
	if len(times) > 0 {
		rows = append(rows, kit.NewText(c.look, strings.Join(times, "  ·  "), kit.TextStyle{Color: kit.ColorInk2}))
	}
	return rows
}

// standingOfServer says how sending stands. It is good only where the server has
// proved to hold everything that may leave.
func (c *Clinic) standingOfServer(s settings.ServerState) (kit.Tone, string) {
	switch {
	case s.None:
		return kit.ToneWatch, c.t(words.SyncNone)
	case s.Server.Why != "":
		return kit.ToneWrong, c.t(words.SyncTrouble, words.With("why", c.lang.Reason(s.Server.Why)), words.With("time", c.when(s.Server.Next)))
	case s.Stats.Dead > 0:
		return kit.ToneWrong, c.t(words.SyncRefused)
	case s.Stats.Pending+s.Stats.InFlight > 0:
		return kit.ToneWatch, c.t(words.SyncWaits)
	case s.Stats.Done == 0:
		return kit.ToneWatch, c.t(words.SyncNever)
	}
	return kit.ToneDone, c.t(words.SyncProved)
}

// picture takes a logo from a file.
func (p *settingsPage) picture(i settings.Item, typed string) fyne.CanvasObject {
	c := p.c
	path := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: mostTyped})
	c.drafted("logo").keep("path", path)
	said := c.wrong()
	note := c.plain("")
	show := func(logo string) {
		note.SetText("")
		if w, h, err := site.LogoSize([]byte(logo)); err == nil {
			note.SetText(fmt.Sprintf("%d × %d", w, h))
		}
	}
	show(typed)
	take := kit.NewButton(c.look, c.t(words.SettingsLogoTake), kit.ButtonStyle{Rank: kit.Secondary}, func() {
		said.SetText("")
		logo, err := readPicture(path.Text())
		if err != nil {
			said.SetText(c.t(words.SettingsLogoMissing))
			p.form.Refresh()
			return
		}
		show(logo)
		p.set(i.Path, logo)
	})
	none := kit.NewButton(c.look, c.t(words.SettingsLogoNone), kit.ButtonStyle{Rank: kit.Quiet}, func() { show(""); p.set(i.Path, "") })
	return kit.NewColumn(kit.Space8, path, kit.NewRow(c.look, kit.Space8, kit.CrossCenter, take, none, kit.NewGrow(1, note)), said,
		kit.NewText(c.look, c.t(words.SettingsHintLogo), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))
}

// readPicture reads a little more than a logo may have, so that a large file is
// refused as such and not read.
func readPicture(path string) (string, error) {
	f, err := os.Open(strings.TrimSpace(path))
	if err != nil {
		return "", err
	}
	defer f.Close()
	picture, err := io.ReadAll(io.LimitReader(f, site.MostLogo+1))
	return string(picture), err
}
