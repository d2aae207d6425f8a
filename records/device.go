package records

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// A deviceKey is what makes an instrument the same one: what is written on it.
// One that tells no serial number is known by the cable it hangs on.
type deviceKey struct {
	maker, model, serial, cable string
}

func keyOf(d Device) deviceKey {
	k := deviceKey{maker: d.Maker, model: d.Model, serial: d.Serial}
	if d.Serial == "" {
		k.cable = d.Adapter
	}
	return k
}

// A deviceRow is an instrument as stored.
type deviceRow struct {
	row int64
	Device
}

// nameDevice gives the instrument of o its ID. A person's own one is nobody else's
// business: it has no row in the list of instruments, which is not sealed, and its ID
// is made, with a key, of what is written on it.
func (t *tx) nameDevice(o *Observation) error {
	d := &o.Origin.Device
	if !o.Theirs() {
		return t.putDevice(d)
	}
	if d.ID == "" {
		key := keyOf(*d)
		text := strings.Join([]string{key.maker, key.model, key.serial, key.cable}, "\n")
		d.ID = ID(uuidOf(t.store.seal.token(deviceToken, text)).String())
	}
	return nil
}

// putDevice gives d the ID of the instrument it is, storing it if it is new
// and keeping its newest firmware and cable.
func (t *tx) putDevice(d *Device) error {
	key := keyOf(*d)
	known, ok := t.met[key]
	if !ok {
		known, ok = t.devices[key]
	}
	if !ok {
		id := uuid.New()
		row, err := t.insert("INSERT INTO device (uuid, maker, model, serial, cable, firmware, adapter) VALUES (?, ?, ?, ?, ?, ?, ?)",
			id[:], key.maker, key.model, key.serial, key.cable, d.Firmware, d.Adapter)
		if err != nil {
			return err
		}
		d.ID = ID(id.String())
		t.meet(key, deviceRow{row, *d})
		return nil
	}
	d.ID = known.ID
	newest := known
	if d.Firmware != "" {
		newest.Firmware = d.Firmware
	}
	if d.Adapter != "" {
		newest.Adapter = d.Adapter
	}
	if newest == known {
		return nil
	}
	t.meet(key, newest)
	return t.do("UPDATE device SET firmware = ?, adapter = ? WHERE id = ?", newest.Firmware, newest.Adapter, known.row)
}

func (t *tx) meet(key deviceKey, row deviceRow) {
	if t.met == nil {
		t.met = map[deviceKey]deviceRow{}
	}
	t.met[key] = row
}

// loadDevices fills the writer's memory of instruments.
func (w *writer) loadDevices(ctx context.Context) error {
	rows, err := w.conn.QueryContext(ctx, selectDevices)
	if err != nil {
		return err
	}
	found, err := scanDevices(rows)
	for _, d := range found {
		w.devices[keyOf(d.Device)] = d
	}
	return err
}

const selectDevices = "SELECT id, uuid, maker, model, serial, firmware, adapter FROM device ORDER BY maker, model, serial, cable"

// Devices returns every instrument that has ever given an observation, by
// maker, model and serial number.
func (s *Store) Devices(ctx context.Context) ([]Device, error) {
	var out []Device
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, selectDevices)
		if err != nil {
			return err
		}
		found, err := scanDevices(rows)
		for _, d := range found {
			out = append(out, d.Device)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("devices: %w", err)
	}
	return out, nil
}
