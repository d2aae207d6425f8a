package quality

import (
	"slices"
	"testing"
	"time"

	"aidpost/records/vitals"
)

func kept(low, high int) Limits { return Limits{vitals.Int(low), vitals.Int(high)} }

// stored is a lot of strips in use since so many hours, and readings of where it is.
func stored(hours int, limits Limits, readings ...Storage) *Log {
	return &Log{
		Lots: []Lot{{
			Number: "S1", Kind: Reagent, Model: meter.Model, Kept: limits, Store: "cupboard",
			Opened: noon.Add(-time.Duration(hours) * time.Hour), Expires: noon.AddDate(0, 1, 0),
		}},
		Storages: readings,
	}
}

func between(store string, ago, low, high int) Storage {
	return Storage{Store: store, Limits: kept(low, high), At: noon.Add(-time.Duration(ago) * time.Hour)}
}

func TestSpoilt(t *testing.T) {
	corrected := between("cupboard", 1, 20, 25)
	corrected.Corrects = true
	wrong := corrected
	wrong.Limits = kept(20, 33)
	low, _ := vitals.ParseDecimal("3.9")
	cold := Storage{Store: "cupboard", Limits: Limits{low, vitals.Int(20)}, At: noon}
	again := stored(100, kept(4, 30), between("cupboard", 90, 20, 40))
	again.Lots = append(again.Lots, again.Lots[0])
	again.Lots[1].Opened = noon.Add(-time.Hour)
	typed := Plan{Lots: true}
	asked := Plan{Lots: true, Kept: kept(10, 28)}
	for name, tt := range map[string]struct {
		plan Plan
		log  *Log
		want bool
	}{
		"no reading":                       {typed, stored(10, kept(4, 30)), false},
		"within":                           {typed, stored(10, kept(4, 30), between("cupboard", 1, 18, 25)), false},
		"on both limits":                   {typed, stored(10, kept(4, 30), between("cupboard", 1, 4, 30)), false},
		"too warm":                         {typed, stored(10, kept(4, 30), between("cupboard", 1, 18, 31)), true},
		"too cold by a tenth":              {typed, stored(10, kept(4, 30), cold), true},
		"too warm, and in order since":     {typed, stored(10, kept(4, 30), between("cupboard", 5, 18, 31), between("cupboard", 1, 18, 22)), true},
		"before it was put to use":         {typed, stored(10, kept(4, 30), between("cupboard", 11, 18, 31)), false},
		"another store":                    {typed, stored(10, kept(4, 30), between("fridge", 1, -2, 8)), false},
		"nobody knows the limits":          {typed, stored(10, Limits{}, between("cupboard", 1, 18, 60)), false},
		"the site knows them":              {asked, stored(10, Limits{}, between("cupboard", 1, 18, 29)), true},
		"the label before the site":        {asked, stored(10, kept(4, 30), between("cupboard", 1, 18, 29)), false},
		"misread, and put right":           {typed, stored(10, kept(4, 30), between("cupboard", 2, 20, 52), corrected), false},
		"in order, and put wrong":          {typed, stored(10, kept(4, 30), between("cupboard", 2, 20, 25), wrong), true},
		"put right is the last one alone":  {typed, stored(10, kept(4, 30), between("cupboard", 3, 20, 52), between("cupboard", 2, 20, 25), corrected), true},
		"put to use anew after it was hot": {typed, again, true},
	} {
		lot, _ := tt.log.InUse(Reagent, meter.Model, noon)
		if r, got := tt.log.Spoilt(tt.plan, lot); got != tt.want || got && r.Store != "cupboard" {
			t.Errorf("%s: %+v, %t", name, r, got)
		}
		if got := tt.log.Locks(tt.plan, meter, noon); slices.Contains(got, LotSpoilt) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	hot := stored(10, kept(4, 30), between("cupboard", 1, 18, 31))
	if got := hot.Locks(Plan{}, meter, noon); len(got) != 0 {
		t.Errorf("a site that asks nothing of lots: %v", got)
	}
	hot.Lots = append(hot.Lots, Lot{Number: "S2", Kind: Reagent, Model: meter.Model, Kept: kept(4, 30), Store: "cupboard", Opened: noon, Expires: noon.AddDate(0, 1, 0)})
	if got := hot.Locks(Plan{Lots: true}, meter, noon); slices.Contains(got, LotSpoilt) {
		t.Errorf("new strips: %v", got)
	}
}

func TestStores(t *testing.T) {
	daily := func(string) Plan { return Plan{StoreEvery: 24} }
	never := func(string) Plan { return Plan{} }
	for name, tt := range map[string]struct {
		plan    func(string) Plan
		log     *Log
		overdue bool
		due     int // hours from now
		spoilt  int
	}{
		"not yet":                 {daily, stored(10, kept(4, 30)), false, 14, 0},
		"never read":              {daily, stored(30, kept(4, 30)), true, -6, 0},
		"in time":                 {daily, stored(100, kept(4, 30), between("cupboard", 23, 18, 25)), false, 1, 0},
		"due":                     {daily, stored(100, kept(4, 30), between("cupboard", 24, 18, 25)), true, 0, 0},
		"of a clock of the past":  {daily, stored(100, kept(4, 30), between("cupboard", -50, 18, 25)), true, -76, 0},
		"too warm":                {daily, stored(100, kept(4, 30), between("cupboard", 1, 18, 35)), false, 23, 1},
		"as often as anybody may": {never, stored(100, kept(4, 30)), false, 0, 0},
	} {
		got := tt.log.Stores(tt.plan, noon)
		if len(got) != 1 || got[0].Name != "cupboard" || got[0].Overdue != tt.overdue || len(got[0].Spoilt) != tt.spoilt || len(got[0].Lots) != 1 {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		if due := got[0].Due; tt.plan("").StoreEvery > 0 && !due.Equal(noon.Add(time.Duration(tt.due)*time.Hour)) {
			t.Errorf("%s: due at %v", name, due)
		}
	}
	if got := stored(10, Limits{}).Stores(never, noon); len(got) != 0 {
		t.Errorf("where nobody asks anything: %+v", got)
	}
	l := stored(10, kept(4, 30), between("fridge", 1, 2, 8), between("cupboard", 1, 18, 22))
	l.Lots = append(l.Lots, Lot{Number: "OLD", Kind: Reagent, Model: meter.Model, Store: "cellar", Kept: kept(4, 30), Opened: noon.Add(-99 * time.Hour)})
	got := l.Stores(never, noon)
	if len(got) != 2 || got[0].Name != "cupboard" || got[1].Name != "fridge" || len(got[1].Lots) != 0 || got[1].Last.High != vitals.Int(8) {
		t.Errorf("%+v", got)
	}
}
