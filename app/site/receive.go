package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/downsync"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/reports"
)

// ReceiveSettings say what is taken over from the server.
type ReceiveSettings struct {
	People bool   `json:"people"` // whom other kiosks of the chain have registered
	Orders bool   `json:"orders"` // what the operator asks of its kiosks
	Search string `json:"search"` // terms that find the people; "": those with a number of this operator
	Every  int    `json:"every"`  // minutes from one time to the next; 0: 5
}

// OrdersName is the file in the data folder with what the operator last asked
// of this kiosk. It can make the profile stricter and nothing else.
const OrdersName = "site.orders.json"

// usualEvery is how often the server is asked unless told.
const usualEvery = 5 * time.Minute

// A Receiver takes over what the settings say from the server.
type Receiver struct {
	sync   SyncSettings
	folder string
	store  *records.Store
	puller *downsync.Puller
	log    *slog.Logger
}

// Receiver returns what takes over from the server what the settings say; nil if
// nothing is.
func (s SyncSettings) Receiver(folder, version string, store *records.Store, log *slog.Logger) (*Receiver, error) {
	if !s.Receive.People && !s.Receive.Orders {
		return nil, nil
	}
	if s.Protocol == HL7v2 {
		return nil, fmt.Errorf("%w: nothing can be received by %s", outbox.ErrConfig, HL7v2)
	}
	if s.Receive.Every < 0 {
		return nil, fmt.Errorf("%w: the server cannot be asked every %d minutes", outbox.ErrConfig, s.Receive.Every)
	}
	profile, err := LoadProfile(folder)
	if err != nil {
		return nil, err
	}
	// A sender of its own: one is used by one goroutine at a time.
	source, err := s.Sender(folder, version, store, log)
	if err != nil {
		return nil, err
	}
	return &Receiver{sync: s, folder: folder, store: store, log: log, puller: downsync.New(store, downsync.Config{
		Source: source, URL: s.URL, Operator: fhir.Operator{Base: s.Base, Version: version}, Place: profile.Place(),
		Search: s.Receive.Search, Log: log,
	})}, nil
}

// every is how often the server is asked.
func (r *Receiver) every() time.Duration {
	if r.sync.Receive.Every > 0 {
		return time.Duration(r.sync.Receive.Every) * time.Minute
	}
	return usualEvery
}

// meteredEvery is how often the server is asked at the most while the network costs
// by volume.
const meteredEvery = time.Hour

// Watch takes over what is new again and again, until ctx ends. A network that
// costs by volume is asked for less, or not at all. Told is called after each pass.
func (r *Receiver) Watch(ctx context.Context, told func(downsync.Report)) {
	var last time.Time
	_ = downsync.Watch(ctx, r.every(), func(ctx context.Context) error { // it ends with ctx
		if !r.due(ctx, last) {
			return nil
		}
		report, err := r.Once(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Warn("receiving from the server waits", "error", err)
		}
		if err == nil {
			last = time.Now()
		}
		told(report)
		return err
	})
}

// due reports whether the network allows to ask, if that was done last at an instant.
func (r *Receiver) due(ctx context.Context, last time.Time) bool {
	costs, waits := r.sync.Meter(ctx)
	return !waits && (!costs || time.Since(last) >= meteredEvery)
}

// Once takes over what is new.
func (r *Receiver) Once(ctx context.Context) (report downsync.Report, err error) {
	if r.sync.Receive.People {
		report, err = r.puller.Once(ctx)
	}
	if err == nil && r.sync.Receive.Orders {
		err = r.orders(ctx)
	}
	return report, err
}

// orders asks what the operator wants and keeps it for the next start. What
// cannot be followed leaves what was asked before.
func (r *Receiver) orders(ctx context.Context) error {
	now, err := r.puller.Orders(ctx)
	if errors.Is(err, outbox.ErrUnable) || errors.Is(err, outbox.ErrGone) {
		return nil // the server keeps none
	}
	if err == nil {
		err = checkPlans(now.Quality)
	}
	if err != nil {
		return fmt.Errorf("the operator's orders: %w", err)
	}
	before, err := loadOrders(r.folder)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	if old, err := json.MarshalIndent(before, "", "  "); err == nil && string(old) == string(text) {
		return nil
	}
	why := fmt.Sprintf("orders of the operator: %d models refused, %d plans of quality control", len(now.Refuse), len(now.Quality))
	if err := r.store.Ordered(ctx, why); err != nil {
		return err
	}
	r.log.Info("the operator asks for something else, from the next start on", "refused", len(now.Refuse), "plans", len(now.Quality))
	return replaceFile(filepath.Join(r.folder, OrdersName), text)
}

// replaceFile writes a file in the place of one, so that at no moment there is
// neither.
func replaceFile(path string, text []byte) error {
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replacing %s: %w", path, err)
	}
	err := reports.SaveFile(fresh, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return fmt.Errorf("replacing %s: %w", path, err)
	}
	return nil
}

// loadOrders reads what the operator last asked.
func loadOrders(folder string) (downsync.Orders, error) {
	text, err := os.ReadFile(filepath.Join(folder, OrdersName))
	if errors.Is(err, fs.ErrNotExist) {
		return downsync.Orders{}, nil
	}
	if err != nil {
		return downsync.Orders{}, fmt.Errorf("reading the operator's orders: %w", err)
	}
	o, err := downsync.ParseOrders(text)
	if err == nil {
		err = checkPlans(o.Quality)
	}
	if err != nil {
		return downsync.Orders{}, fmt.Errorf("reading %s: %w", OrdersName, err)
	}
	return o, nil
}

// ordered returns the profile with the operator's orders followed: never less
// strict than it is by itself.
func (p Profile) ordered(o downsync.Orders) Profile {
	p.Refuse = append(slices.Clone(p.Refuse), o.Refuse...)
	p.Quality = downsync.Tighten(p.Quality, o.Quality)
	if len(o.Address) > 0 {
		p.Address = o.Address
	}
	if o.Phone != "" {
		p.Phone = o.Phone
	}
	return p
}

// drivers are those of the instruments that may be used here.
func (p Profile) drivers() []instruments.Driver {
	return slices.DeleteFunc(catalogue.Drivers(), func(d instruments.Driver) bool {
		return slices.Contains(p.Refuse, d.Model().ID)
	})
}

// receive takes over from the server for as long as the site is open. Settings
// that cannot be used keep no kiosk from measuring.
func (s *Site) receive(ctx context.Context, c Config, log *slog.Logger) {
	settings, err := LoadSync(c.Data)
	if errors.Is(err, ErrNoSync) {
		return
	}
	var r *Receiver
	if err == nil {
		r, err = settings.Receiver(c.Data, c.Version, s.Store, log)
	}
	if err != nil {
		log.Error("nothing is received from the server", "error", err)
		return
	}
	if r == nil {
		return
	}
	r.Watch(ctx, func(downsync.Report) {})
}
