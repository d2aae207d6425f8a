package meter

import (
	"errors"
	"testing"
	"time"
	_ "time/tzdata" // for the nights on which clocks change

	"aidpost/instruments"
	"aidpost/records/vitals"
)

func TestWall(t *testing.T) {
	tests := []struct {
		year, month, day, hour, minute, second int
		ok                                     bool
	}{
		{2024, 2, 29, 23, 59, 59, true},
		{2023, 2, 29, 0, 0, 0, false},
		{2024, 0, 1, 0, 0, 0, false},
		{2024, 13, 1, 0, 0, 0, false},
		{2024, 1, 0, 0, 0, 0, false},
		{2024, 1, 1, 24, 0, 0, false},
		{2024, 1, 1, 0, 60, 0, false},
		{2024, 1, 1, 0, 0, 60, false},
		{2024, 1, 1, -1, 0, 0, false},
	}
	for _, tt := range tests {
		wall, err := Wall(tt.year, tt.month, tt.day, tt.hour, tt.minute, tt.second)
		if (err == nil) != tt.ok || wall.IsZero() == tt.ok || err != nil && !errors.Is(err, ErrWallTime) {
			t.Errorf("%+v: %s, %v", tt, wall, err)
		}
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		drift time.Duration
		want  Trust
	}{
		{0, Exact}, {-10 * time.Second, Exact}, {2 * time.Minute, Exact},
		{2*time.Minute + time.Second, Drifted}, {-3 * time.Minute, Drifted}, {15 * time.Minute, Drifted},
		{15*time.Minute + time.Second, Unset}, {30 * time.Minute, Unset}, {54 * time.Minute, Unset},
		{55 * time.Minute, Shifted}, {time.Hour, Shifted}, {-time.Hour - 4*time.Minute, Shifted},
		{-26 * time.Hour, Shifted}, {27 * time.Hour, Unset}, {90 * time.Minute, Unset},
		{-365 * 24 * time.Hour, Unset}, {time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Sub(time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)), Unset},
	}
	for _, tt := range tests {
		if got := Classify(tt.drift); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.drift, got, tt.want)
		}
	}
}

// The times of a captured session of another LifeScan meter
// (Doume/Glucometer, trace_verio.txt): the meter said 15:53:45 when the host
// logged 15:53:54.7.
func TestClock(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	before := time.Date(2014, 8, 12, 15, 53, 54, 600e6, zone)
	wall, err := Wall(2014, 8, 12, 15, 53, 45)
	if err != nil {
		t.Fatal(err)
	}
	c := ReadClock(before, before.Add(200*time.Millisecond), wall, zone)
	if c.Drift() != -9700*time.Millisecond || c.Trust() != Exact || !c.Known() || c.Check() != nil {
		t.Errorf("drift %s, %s", c.Drift(), c.Trust())
	}
	stored := wall.Add(-time.Minute)
	if want := before.Add(100*time.Millisecond - time.Minute); !c.Taken(stored).Equal(want) {
		t.Errorf("taken %s, want %s", c.Taken(stored), want)
	}
	if want := time.Date(2014, 8, 12, 15, 52, 45, 0, zone); !c.Shown(stored).Equal(want) {
		t.Errorf("shown %s, want %s", c.Shown(stored), want)
	}
	unread := UnreadClock(zone)
	if unread.Known() || unread.Drift() != 0 || !unread.Taken(stored).Equal(c.Shown(stored)) || unread.Check() != nil {
		t.Errorf("unread clock: %s", unread.Taken(stored))
	}
}

// The hour that comes twice is known where clocks are set back.
func TestTwice(t *testing.T) {
	for _, tt := range []struct {
		zone     string
		month    time.Month
		day      int
		from, to int // minutes of the day
	}{
		{"Europe/Berlin", time.October, 25, 120, 180},
		{"Australia/Lord_Howe", time.April, 5, 90, 120},
		{"UTC", time.October, 25, 0, 0},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		for minute := range 24 * 60 {
			wall := time.Date(2026, tt.month, tt.day, 0, minute, 0, 0, time.UTC)
			if got, want := UnreadClock(zone).twice(wall), tt.from <= minute && minute < tt.to; got != want {
				t.Errorf("%s %s: %t", tt.zone, wall, got)
			}
		}
	}
}

func TestRange(t *testing.T) {
	r := Range{Low: 20, High: 500}
	for n, want := range map[int]string{
		-1: "<20 mg/dL", 0: "<20 mg/dL", 19: "<20 mg/dL", 20: "20 mg/dL", 500: "500 mg/dL", 501: ">500 mg/dL", 65535: ">500 mg/dL",
	} {
		if got := r.Quantity(n).String(); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// Other measures are results of a download of everything, never of a visit.
func TestOtherMeasures(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for measure, panel := range map[vitals.Measure]vitals.Panel{
		"": vitals.BloodGlucose, vitals.Glucose: vitals.BloodGlucose, vitals.Ketone: vitals.BloodKetone,
		vitals.Urate: vitals.UricAcid, vitals.TotalCholesterol: vitals.Cholesterol, vitals.PackedCells: vitals.Haematocrit,
	} {
		row := Row{Wall: now, Measure: measure, Value: vitals.Of(1, vitals.MmolPerL)}
		for _, since := range []time.Time{{}, now.Add(-time.Minute)} {
			job := instruments.Job{Since: since, Now: func() time.Time { return now }}
			s := NewSelection(job, UnreadClock(nil), instruments.Identity{}, SecondsMargin)
			switch e := s.Add(row).(type) {
			case *instruments.Reading:
				if e.Panel != panel || panel != vitals.BloodGlucose && (!since.IsZero() || e.Values[0].Measure != measure) {
					t.Errorf("%q since %s: %+v", measure, since, e)
				}
			case *instruments.Fault:
				if e.Code != instruments.NotGlucose || panel == vitals.BloodGlucose || since.IsZero() {
					t.Errorf("%q since %s: %v", measure, since, e)
				}
			}
		}
	}
}

// A selection without a readable clock, and with rows that are no results.
func TestSelection(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	good := func(ago time.Duration) Row {
		return Row{Wall: now.Add(-ago), Value: vitals.Of(104, vitals.MgPerDL)}
	}
	refused := func(ago time.Duration, code instruments.FaultCode) Row {
		return Row{Wall: now.Add(-ago), Refused: instruments.NewFault(code, "")}
	}
	tests := []struct {
		name  string
		since time.Duration // before now; zero asks for all
		rows  []Row
		emits int
		code  instruments.FaultCode
	}{
		{"one", time.Hour, []Row{good(time.Minute), good(2 * time.Hour)}, 1, ""},
		{"margin of an unread clock", time.Hour, []Row{good(time.Hour + 2*time.Minute)}, 1, ""},
		{"behind the margin", time.Hour, []Row{good(time.Hour + 2*time.Minute + time.Second)}, 0, instruments.NoNewResult},
		{"two", time.Hour, []Row{good(time.Minute), good(time.Minute)}, 2, instruments.SeveralResults},
		{"control", time.Hour, []Row{refused(time.Minute, instruments.ControlTest)}, 0, instruments.ControlTest},
		{"newest of two refused", time.Hour, []Row{refused(time.Minute, instruments.NotGlucose), refused(2*time.Minute, instruments.ControlTest)}, 0, instruments.NotGlucose},
		{"beside one", time.Hour, []Row{refused(time.Minute, instruments.ControlTest), good(2 * time.Minute)}, 2, ""},
		{"somebody's control", time.Hour, []Row{refused(2*time.Hour, instruments.ControlTest)}, 0, instruments.NoNewResult},
		{"in the future", time.Hour, []Row{good(-3 * time.Minute)}, 0, instruments.ClockUnset},
		{"an old one in the future", time.Hour, []Row{good(2 * time.Hour), good(-3 * time.Minute)}, 0, instruments.NoNewResult},
		{"all", 0, []Row{good(time.Minute), good(time.Hour), good(1000 * time.Hour)}, 3, ""},
		{"all with one refused", 0, []Row{good(time.Minute), refused(time.Hour, instruments.ControlTest)}, 2, ""},
		{"all with one undated", 0, []Row{good(time.Minute), {Value: vitals.Of(104, vitals.MgPerDL)}}, 2, ""},
		{"all in the future", 0, []Row{good(-time.Hour)}, 0, instruments.ClockUnset},
		{"none at all", 0, nil, 0, instruments.NoNewResult},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			job := instruments.Job{Now: func() time.Time { return now }}
			if tt.since > 0 {
				job.Since = now.Add(-tt.since)
			}
			s := NewSelection(job, UnreadClock(nil), instruments.Identity{Serial: "1"}, SecondsMargin)
			var events []instruments.Event
			for _, row := range tt.rows {
				if s.Place(row.Wall) == Wanted {
					events = append(events, s.Add(row))
				}
			}
			emitted := 0
			err := s.Deliver(events, func(e instruments.Event) {
				emitted++
				if r, ok := e.(*instruments.Reading); ok && (r.Identity.HasClock || r.Identity.Serial != "1" || r.Panel != vitals.BloodGlucose) {
					t.Errorf("%+v", r)
				}
			})
			if emitted != tt.emits || instruments.CodeOf(err) != tt.code {
				t.Errorf("%d events, %v", emitted, err)
			}
		})
	}
}
