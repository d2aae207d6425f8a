package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aidpost/app/site"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
)

// portList is the flag --port PATH[=MODEL], which may be repeated.
type portList []site.Port

func (p *portList) String() string { return "" }

// Set reads one PATH[=MODEL]. A path may itself have an equals sign; the model
// is what follows the last one.
func (p *portList) Set(s string) error {
	path, model := s, ""
	if i := strings.LastIndexByte(s, '='); i >= 0 {
		path, model = s[:i], s[i+1:]
		if _, ok := catalogue.Find(model); !ok {
			return fmt.Errorf("there is no model %.40q", model)
		}
	}
	if path == "" {
		return errors.New("a port has a path")
	}
	*p = append(*p, site.Port{Path: path, Model: model})
	return nil
}

func (c *command) jsonFlag() *bool { return c.flags.Bool("json", false, "write JSON") }

// dataFlag declares --data, and --key-file that belongs to it, and returns what
// gives the folder.
func (c *command) dataFlag() func() (string, error) {
	c.keyFile = c.flags.String("key-file", "", "the `file` with the key of the records, if not this user's own")
	dir := c.flags.String("data", "", "the `folder` of the records, if not this user's own")
	return func() (string, error) {
		if *dir != "" {
			return *dir, nil
		}
		return site.DataFolder(c.Getenv)
	}
}

// keySources is where this command looks for the key of the records.
func (c *command) keySources() site.KeySources {
	from := site.KeySources{Store: c.KeyStore, Ask: c.Secret}
	if from.File, from.Named = site.KeyFile(c.Getenv); c.keyFile != nil && *c.keyFile != "" {
		from.File, from.Named = *c.keyFile, true
	}
	return from
}

// looking is how a command opens records beside a kiosk that may be running.
func (c *command) looking() records.Options {
	return records.Options{ReadOnly: true, Log: c.log, Keys: c.keySources().Keys(), PINCost: c.PINCost}
}

// changing is how a command opens records that nobody else has open.
func (c *command) changing() records.Options {
	o := c.looking()
	o.ReadOnly, o.Now = false, c.Now
	return o
}

// zoneFlag declares --zone and returns what gives the zone.
func (c *command) zoneFlag() func() (*time.Location, error) {
	name := c.flags.String("zone", "", "the `zone` in which clocks are read, like Europe/Madrid; else this machine's")
	return func() (*time.Location, error) {
		zone, err := site.Zone(*name, c.Getenv)
		if err != nil {
			return nil, usage("there is no zone %.40q", *name)
		}
		return zone, nil
	}
}

// maxSpeed is beyond anything that a host can follow.
const maxSpeed = 10_000

// twinFlags declares the flags of simulated instruments and returns what reads
// them.
func (c *command) twinFlags() func() (simulated.Options, error) {
	seed := c.flags.Uint64("seed", 0, "the `number` that chance is made of, when simulating")
	fault := c.flags.String("fault", "", "how to misbehave when simulating; the `names` are in: aidpost simulate --list")
	speed := c.flags.Float64("speed", 1, "how many `times` faster than a real instrument to simulate")
	return func() (simulated.Options, error) {
		o := simulated.Options{Seed: *seed, Fault: simulated.Fault(*fault), Speed: *speed}
		if o.Fault != simulated.None && !slices.Contains(simulated.Faults(), o.Fault) {
			return o, usage("there is no fault %.40q; see: aidpost simulate --list", *fault)
		}
		if !(*speed > 0 && *speed <= maxSpeed) {
			return o, usage("a speed is above 0 and at most %d", maxSpeed)
		}
		return o, nil
	}
}
