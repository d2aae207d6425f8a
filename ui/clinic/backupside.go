package clinic

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records/staff"
	"aidpost/records/vault"
	"aidpost/ui/kit"
)

func isCancelled(err error) bool { return errors.Is(err, context.Canceled) }

// beside is what can be done besides backing up, and what is to be known.
func (p *backupsPage) beside(s office.SafeState) fyne.CanvasObject {
	c := p.c
	card := func(rows ...fyne.CanvasObject) fyne.CanvasObject {
		return kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space16, rows...))
	}
	check := kit.NewButton(c.look, c.t(words.BackupsCheckNow), kit.ButtonStyle{Rank: kit.Secondary}, p.safe.Check)
	return kit.NewColumn(kit.Space16,
		card(c.strong(c.t(words.BackupsElsewhere)), c.quiet(c.t(words.BackupsElsewhereLead)), p.elsewhere(s)),
		card(p.keys(s)...),
		card(c.strong(c.t(words.BackupsRecords)), c.quiet(c.t(words.BackupsRhythm)), c.row(0, check, kit.NewSpacer())),
		card(c.strong(c.t(words.BackupsRestore)), c.quiet(c.t(words.BackupsRestoreLead)), c.plain(kit.Isolate(p.restoring()))))
}

func (c *Clinic) quiet(text string) *kit.Text {
	return kit.NewText(c.look, text, kit.TextStyle{Color: kit.ColorInk2})
}

// restoring is the command that a technician types to restore.
func (p *backupsPage) restoring() string {
	place := p.c.place
	command := `aidpost restore --data "` + place.Data + `"`
	if place.Backups != filepath.Join(place.Data, "backups") {
		command += ` --backups "` + place.Backups + `"`
	}
	return command
}

// elsewhere offers what is plugged in, and a folder to be typed.
func (p *backupsPage) elsewhere(s office.SafeState) fyne.CanvasObject {
	c := p.c
	var rows []fyne.CanvasObject
	for _, stick := range s.Sticks {
		rows = append(rows, kit.NewButton(c.look, c.t(words.BackupsTo, words.With("folder", stick)), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.safe.CopyTo(stick) }))
	}
	if p.folder == nil {
		other := kit.NewButton(c.look, c.t(words.BackupsOther), kit.ButtonStyle{Rank: kit.Secondary}, func() {
			p.folder = c.noteEntry(300)
			p.folder.OnSubmitted = func(string) { p.copyTyped() }
			p.folder.OnChanged = func(string) {
				if p.place != nil { // what was typed before comes first
					p.place.SetProblem("")
				}
			}
			c.drafted("backup").keep("folder", p.folder)
			p.update(c.desk.State())
			c.focus(p.folder)
		})
		again := kit.NewButton(c.look, c.t(words.BackupsLookAgain), kit.ButtonStyle{Rank: kit.Quiet}, p.safe.Load)
		return kit.NewColumn(kit.Space8, append(rows, c.row(kit.Space8, other, again, kit.NewSpacer()))...)
	}
	p.place = kit.NewField(c.look, c.t(words.BackupsFolder), "", p.folder)
	if errors.Is(p.safe.Task().Problem, office.ErrNoFolder) {
		p.place.SetProblem(c.t(words.BackupsNoFolder))
	}
	copyButton := kit.NewButton(c.look, c.t(words.BackupsCopy), kit.ButtonStyle{Rank: kit.Secondary}, p.copyTyped)
	return kit.NewColumn(kit.Space8, append(rows,
		kit.NewRow(c.look, kit.Space16, kit.CrossBottom, kit.NewGrow(1, p.place), copyButton))...)
}

func (p *backupsPage) copyTyped() {
	folder := strings.TrimSpace(p.folder.Text())
	if folder == "" {
		p.place.SetProblem(p.c.t(words.BedsideMissing))
		p.c.focus(p.folder)
		return
	}
	p.safe.CopyTo(folder)
}

// keys says what opens the records, and has a recovery key written down where
// there is none.
func (p *backupsPage) keys(s office.SafeState) []fyne.CanvasObject {
	c := p.c
	rows := []fyne.CanvasObject{c.strong(c.t(words.BackupsKeys))}
	if !s.Keys.Sealed {
		return append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BackupsUnsealed)))
	}
	for _, slot := range s.Keys.Slots {
		rows = append(rows, c.plain(c.t(keyKind(slot.Kind), words.With("date", c.lang.Date(slot.Created.In(c.desk.Zone()))))))
	}
	switch {
	case s.Printed != "":
		return append(rows, p.writeDown(s)...)
	case !s.HasRecovery():
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.BackupsNoRecovery)))
	}
	if c.desk.May(staff.ManageKeys) {
		fresh := kit.NewButton(c.look, c.t(words.BackupsNewRecovery), kit.ButtonStyle{Rank: kit.Secondary}, func() {
			p.typed = nil
			p.safe.NewRecovery()
		})
		rows = append(rows, c.row(0, fresh, kit.NewSpacer()))
	}
	return rows
}

// keyKind is what a way to open the records is called.
func keyKind(k vault.Kind) words.Key {
	switch k {
	case vault.KeyStore:
		return words.BackupsKeyStore
	case vault.KeyFile:
		return words.BackupsKeyFile
	case vault.Recovery:
		return words.BackupsKeyRecovery
	}
	return words.BackupsKeyPassphrase
}

// writeDown shows a recovery key and asks for it as it stands on paper. It is
// not printed: a printer and its queue would keep it.
func (p *backupsPage) writeDown(s office.SafeState) []fyne.CanvasObject {
	c := p.c
	if p.typed == nil {
		p.typed = kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 120})
		p.typed.OnSubmitted = func(string) { p.safe.ConfirmRecovery(p.typed.Text()) }
	}
	confirm := kit.NewButton(c.look, c.t(words.BackupsConfirm), kit.ButtonStyle{}, func() { p.safe.ConfirmRecovery(p.typed.Text()) })
	drop := kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.safe.DropRecovery() })
	return []fyne.CanvasObject{
		c.quiet(c.t(words.BackupsWriteDown)),
		kit.NewText(c.look, kit.Isolate(s.Printed), kit.TextStyle{Size: kit.SizeLead, Bold: true}),
		kit.NewField(c.look, c.t(words.BackupsTypeBack), "", p.typed),
		c.row(kit.Space16, kit.NewSpacer(), drop, confirm),
	}
}
