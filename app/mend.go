package main

import (
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/call"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/ui/kiosk"
)

// serveDamaged shows what there is to do about damaged records. Where patients have
// a window, guests are measured in it until staff come.
func (p *program) serveDamaged(quit func()) {
	d := p.damage(quit)
	mend := func() {
		p.kiosk.Mend(d, p.words.Lang(p.asked.Language).Tag(), p.window.Canvas(), p.window.Canvas().Size())
	}
	if p.asked.Patient {
		if err := p.openMeanwhile(); err != nil {
			p.log.Error("measuring guests without the records", "error", err)
			p.leaveMeanwhile()
		}
	}
	if !p.lacking {
		mend()
		return
	}
	d.Back = true
	p.kiosk.Set(func(c *kiosk.Config) { c.Mend = mend })
	p.serve()
}

// openMeanwhile opens records in which there is nobody, so that guests can be measured.
func (p *program) openMeanwhile() error {
	p.lacking = true
	c := p.asked.Config
	c.Meanwhile = true
	return p.openOn(c)
}

// leaveMeanwhile closes them.
func (p *program) leaveMeanwhile() {
	if p.visit != nil {
		p.visit.Close()
	}
	if p.calls != nil {
		p.calls.Close()
	}
	p.times.Close()
	if p.site != nil {
		if err := p.site.Close(); err != nil {
			p.log.Error("closing the records of the meantime", "error", err)
		}
	}
	p.visit, p.calls, p.times, p.site, p.lacking = nil, nil, nil, nil, false
}

// mend has way bring records into the place of the damaged ones, and goes on with
// them; when it fails, guests can be measured as before.
func (p *program) mend(way func() error) error {
	p.mending.Lock()
	defer p.mending.Unlock()
	guests := p.lacking
	if guests {
		fyne.DoAndWait(func() { p.served = false }) // nobody looks at the visit any more
		p.leaveMeanwhile()
	}
	err := way()
	if err == nil {
		err = p.open()
	}
	if err != nil {
		p.log.Error("mending the records", "error", err)
		if guests && p.openMeanwhile() == nil {
			p.kiosk.Exchange(p.visit)
			fyne.Do(func() { p.served = true })
		}
		return err
	}
	p.kiosk.Set(func(c *kiosk.Config) { c.Mend = nil })
	if p.meanwhile != nil {
		p.meanwhile.Close() // whoever has mended the records is there
	}
	fyne.Do(p.serve)
	return nil
}

// damage says what staff can do about damaged records.
func (p *program) damage(quit func()) kiosk.Damage {
	folder := p.backups()
	d := kiosk.Damage{
		Calls: p.callsMeanwhile(), Close: quit,
		Restore: func() error { return p.mend(p.restore) },
		Renew: func() error {
			return p.mend(func() error {
				aside, err := records.SetAside(filepath.Join(p.asked.Data, site.DatabaseName), time.Now())
				if err == nil {
					p.log.Warn("new records were begun", "set aside", aside)
				}
				return err
			})
		},
	}
	all, err := site.Backups(folder)
	if err != nil {
		p.log.Error("looking for backups", "error", err)
	}
	if n := len(all); n > 0 {
		d.Backup = all[n-1].Made
	}
	return d
}

// restore puts the newest whole backup in the place of the damaged records.
func (p *program) restore() error {
	used, done, err := site.RestoreNewest(p.ctx, p.backups(), p.asked.Data, records.Options{Log: p.log, Keys: p.asked.Keys})
	if err != nil {
		return err
	}
	p.log.Warn("a backup was restored", "backup", used.Path, "visits", done.Encounters, "set aside", done.SetAside)
	if s := done.Salvaged; s != nil {
		p.log.Warn("what was newer was brought over", "visits", s.Visits, "people", s.Patients, "lost", s.Lost)
	}
	return nil
}

// callsMeanwhile takes calls for help while there are no records to keep them in.
func (p *program) callsMeanwhile() *call.Board {
	waits, err := p.profile.Waits()
	if err != nil {
		waits = nil // the usual ones
	}
	board := call.New(call.Config{Waits: waits, Demo: p.asked.Simulate, Log: p.log})
	if len(p.profile.Alarm) > 0 {
		board.Subscribe(call.Command(p.profile.Alarm, board, p.log))
	}
	p.meanwhile = board
	return board
}
