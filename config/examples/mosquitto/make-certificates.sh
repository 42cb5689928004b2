#!/bin/sh
# Makes the certificates of a site's broker: the site's own authority, the broker's certificate, and one for each client.
#
#   sh make-certificates.sh FOLDER HOST CLIENT...
#   sh make-certificates.sh certificates broker.example.org office front-desk back-door
#
# HOST is the name or address by which the office and the controllers reach the broker; several, one after the other, with a comma
# between them. A CLIENT is `office` or the id of a controller. Run it again with more clients to add them: what is there stays as
# it is. Keys have mode 0600. ca.key signs for the whole site: keep it off the broker, away from the network.

set -eu
umask 077

years=10
clientYears=5

fail() {
  echo "make-certificates: $1" >&2
  exit 2
}

[ $# -ge 3 ] || fail 'usage: sh make-certificates.sh FOLDER HOST[,HOST...] CLIENT...'
command -v openssl >/dev/null || fail 'openssl is not installed: apt-get install openssl'
folder=$1
hosts=$2
shift 2
for client in "$@"; do
  case $client in
  *[!A-Za-z0-9._-]* | '') fail "$client: a client is office or the id of a controller: A-Z a-z 0-9 . _ -" ;;
  ca | broker) fail "$client: the files of that name are taken here; give the controller another id" ;;
  esac
  [ ${#client} -le 64 ] || fail "$client: an id has at most 64 characters"
done
mkdir -p "$folder"
cd "$folder"
# Whatever stops it, nothing half made is taken for whole by the next run.
trap 'rm -f ./*.part ./*.request' EXIT

key() {
  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key.part"
}

names() {
  list=
  old=$IFS
  IFS=,
  for host in $hosts; do
    case $host in
    '') fail 'HOST: a name or an address, with commas between several' ;;
    *[!0-9.]*) case $host in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
    *) kind=IP ;;
    esac
    list=$list${list:+,}$kind:$host
  done
  IFS=$old
  echo "$list"
}

# NAME DAYS EXTENSIONS: signed by the authority.
issue() {
  key "$1"
  openssl req -new -key "$1.key.part" -subj "/CN=$1" -out "$1.request"
  printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' "$3" >"$1.extensions.part"
  openssl x509 -req -in "$1.request" -CA ca.pem -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" \
    -days "$2" -sha256 -extfile "$1.extensions.part" -out "$1.pem.part" 2>/dev/null
  mv "$1.key.part" "$1.key"
  chmod 644 "$1.pem.part"
  mv "$1.pem.part" "$1.pem"
  echo "made $folder/$1.pem and $folder/$1.key"
}

if [ -e ca.pem ] && [ -e ca.key ]; then
  echo "keeps $folder/ca.pem"
elif [ -e ca.pem ] || [ -e ca.key ]; then
  fail "$folder has one of ca.pem and ca.key: bring the other one back, or move it away"
else
  key ca
  openssl req -x509 -new -key ca.key.part -subj '/CN=Cardea site authority' -days $((years * 365)) -sha256 \
    -addext 'keyUsage=critical,keyCertSign,cRLSign' -out ca.pem.part
  chmod 644 ca.pem.part
  mv ca.key.part ca.key
  mv ca.pem.part ca.pem
  echo "made $folder/ca.pem and $folder/ca.key: ca.key signs for the whole site, keep it away from the network"
fi

if [ -e broker.pem ] && [ -e broker.key ]; then
  echo "keeps $folder/broker.pem"
else
  issue broker $((clientYears * 365)) "$(printf 'extendedKeyUsage=serverAuth\nsubjectAltName=%s' "$(names)")"
fi
for client in "$@"; do
  if [ -e "$client.pem" ] && [ -e "$client.key" ]; then
    echo "keeps $folder/$client.pem"
  else
    issue "$client" $((clientYears * 365)) 'extendedKeyUsage=clientAuth'
  fi
done
