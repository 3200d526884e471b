# The first process of the server's namespaces; $0 is the folder of the run. Everything in here ends with this shell, and
# this shell ends with its input, which is a pipe that the harness holds: so nothing outlives the harness, however it ends.
# Where Samba keeps its files on this machine, and where it looks for users, lie the run's own folders and files instead.
mount --bind "$0/passwd" /etc/passwd || exit
mount --bind "$0/group" /etc/group || exit
mount --bind "$0/etc" /etc/samba || exit
mount --bind "$0/lib" /var/lib/samba || exit
mount --bind "$0/cache" /var/cache/samba || exit
mount --bind "$0/log" /var/log/samba || exit
mount -t tmpfs tmpfs /run || exit
mkdir /run/samba || exit
ip link set lo up || exit
read -r user && read -r PASSWD && read -r address || exit
export PASSWD
echo namespace

(
  smbd --foreground --no-process-group --debug-stdout &
  printf '%s\n%s\n' "$PASSWD" "$PASSWD" | pdbedit --create --password-from-stdin --user="$user" || exit
  while IFS=: read -r name unix type comment; do
    net groupmap add ntgroup="$name" unixgroup="$unix" type="$type" comment="$comment" || exit
  done < "$0/groups"
  # Each of these starts the process that will answer this kind of call, which takes a second.
  until net rpc user --server="$address" --user="$user" && net rpc share --server="$address" --user="$user"; do
    kill -0 $! || exit
    sleep 0.1
  done
  echo ready >&3
) 3>&1 > /var/log/samba/start.log 2>&1 < /dev/null && echo serving || echo ended &

read -r _
