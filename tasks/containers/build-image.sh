# Builds the image of the commit $tag by the repository's own `make build`, and tags it $ours. The store
# is the image's own, so that what is tagged there afterwards is the result.
mkdir -p "$cache"
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$cache/store" "$cache/run" >"$CONTAINERS_STORAGE_CONF"
source=$cache/source
if [ -d "$source/.git" ]; then
  git -C "$source" remote set-url origin "$repository"
  git -C "$source" fetch --quiet --tags --force origin
else
  rm -rf "$source"
  git clone --quiet --no-checkout -- "$repository" "$source"
fi
git -C "$source" cat-file -e "$tag^{commit}" 2>/dev/null || git -C "$source" fetch --quiet origin "$tag"
git -C "$source" checkout --quiet --force --detach "$tag"
git -C "$source" clean --quiet -ffdx
others() { podman images --format '{{.ID}} {{.Repository}}:{{.Tag}}' | grep -v -e '<none>' -e " localhost/$name:" || true; }
others | while read -r id reference; do podman untag "$id" "$reference"; done
make -C "$source" build
built=$(others | cut -d ' ' -f 1 | sort -u)
case $(echo "$built" | grep -c .) in
  1) podman tag "$built" "$ours" ;;
  0) echo "make build tagged no image in podman's store"; exit 1 ;;
  *) echo "make build tagged more than one image:"; others; exit 1 ;;
esac
