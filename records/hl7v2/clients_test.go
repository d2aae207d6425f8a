package hl7v2_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"aidpost/records/hl7v2"
)

// python installs a package and returns an interpreter that has it; without one
// the test is skipped, with the reason.
func python(t *testing.T, name string) string {
	t.Helper()
	if os.Getenv("AIDPOST_CLIENTS") == "" {
		t.Skip("it fetches packages; make clients runs it")
	}
	system, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("SKIPPED: there is no python3: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	dir := t.TempDir()
	interpreter := filepath.Join(dir, "bin", "python")
	commands := [][]string{
		{system, "-m", "venv", dir}, {interpreter, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", name},
	}
	if exec.CommandContext(ctx, system, "-m", "pip", "--python", system, "--version").Run() == nil { // which is faster
		commands = [][]string{
			{system, "-m", "venv", "--without-pip", dir},
			{system, "-m", "pip", "--python", interpreter, "--quiet", "--disable-pip-version-check", "install", name},
		}
	}
	for _, command := range commands {
		if out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Skipf("SKIPPED: %s could not be installed: %v: %s", name, err, out)
		}
	}
	return interpreter
}

// What hl7apy reads of a message.
type read struct {
	Control, Application, Facility, Family, Given, Birth, Visit string
	Numbers, Orders, Notes                                      []string
	Observations                                                []readValue
}

type readValue struct {
	Type, Code, System, Other, Value, Unit, UnitSystem string
	Flags                                              []string
	Status, Time, By, Device, Maker                    string
}

// TestHL7apy sends messages by MLLP to a receiver made of hl7apy, which
// validates strictly, and compares what that reads to what was measured, field
// by field.
func TestHL7apy(t *testing.T) {
	command := exec.CommandContext(t.Context(), python(t, "hl7apy==1.3.5"), filepath.Join("testdata", "receiver.py"))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("it does not start")
	}
	host := net.JoinHostPort("127.0.0.1", lines.Text())
	l := &hl7v2.Line{Patience: 20 * time.Second, Dial: func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", host)
	}}
	defer l.Close()
	receive := func(m hl7v2.Message) read {
		t.Helper()
		a, err := l.Send(t.Context(), m, false)
		if err != nil || a.Code != hl7v2.Accepted {
			t.Fatalf("%+v, %v", a, err)
		}
		var got read
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &got) != nil {
			t.Fatalf("it read %q", lines.Bytes())
		}
		return got
	}
	e := corrected()
	m := result(t, e, wholeVisit())
	const morning = "202603010930"
	cuff := readValue{
		Type: "NM", System: "LN", Unit: "mm[Hg]", UnitSystem: "UCUM", Flags: []string{}, Status: "F", Time: morning + "00+0100",
		Device: "A|17^x", Maker: "SunTech Medical",
	}
	pair, mean, low, pulse := cuff, cuff, cuff, cuff
	pair.Type, pair.Code, pair.Value, pair.Flags = "ST", "96607-7", "160/75", []string{"H"}
	mean.Code, mean.Value = "96608-5", "160"
	low.Code, low.Value = "96609-3", "75"
	pulse.Code, pulse.Other, pulse.Value, pulse.Unit, pulse.Flags = "8867-4", "149546", "71", "/min", []string{"N", "A"}
	clip := readValue{
		Type: "NM", System: "LN", UnitSystem: "UCUM", Flags: []string{}, Status: "C", Time: "20260301093200+0100",
		Device: string(id('f')), Maker: "Contec", Code: "59408-5", Other: "150456", Value: "97.0", Unit: "%",
	}
	rate := clip
	rate.Code, rate.Other, rate.Value, rate.Unit = "8889-8", "149530", "64", "/min"
	meter := readValue{
		Type: "SN", System: "LN", UnitSystem: "UCUM", Flags: []string{">"}, Status: "W", Time: "20260301093400+0100",
		Device: "4277", Maker: "TaiDoc", Code: "41653-7", Value: ">^600", Unit: "mg/dL",
	}
	meal := meter
	meal.Type, meal.System, meal.Code, meal.Value, meal.Unit, meal.UnitSystem, meal.Flags = "CE", "L", "meal-context", "after-meal^after meal^L", "", "", []string{}
	weight := readValue{
		Type: "NM", System: "LN", Unit: "kg", UnitSystem: "UCUM", Flags: []string{}, Status: "W", Time: "20260301093500+0100",
		Code: "29463-7", Other: "188736", Value: "72.50", By: "Nurse Okafor",
	}
	want := read{
		Control: m.ControlID, Application: "ENGINE", Facility: "Elsewhere & Sons", Family: e.Patient.Family, Given: e.Patient.Given,
		Birth: "19151210", Visit: string(visitID), Numbers: []string{"AL 1815", "12345", string(personID)},
		Orders:       []string{string(id('2')), string(id('3')), string(id('4')), string(id('5'))},
		Notes:        []string{"The pulse was marked as irregular.", "Judged by aha-2025", "The values were entered by hand."},
		Observations: []readValue{pair, mean, low, pulse, clip, rate, meter, meal, weight},
	}
	if got := receive(m); !reflect.DeepEqual(got, want) {
		t.Errorf("hl7apy reads\n%+v\nwant\n%+v", got, want)
	}
	if got := receive(result(t, wholeVisit())); got.Control == m.ControlID || len(got.Observations) != len(want.Observations) {
		t.Errorf("of the first revision it reads %+v", got)
	}
	if strings.TrimSpace(want.Control) == "" {
		t.Error("no control id")
	}
}
