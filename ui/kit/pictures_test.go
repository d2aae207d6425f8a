package kit

import (
	"strings"

	"aidpost/assets"
)

func pictureList(prefix string) []assets.Picture {
	var list []assets.Picture
	for _, p := range assets.Pictures() {
		if strings.HasPrefix(p.String(), prefix) {
			list = append(list, p)
		}
	}
	return list
}
