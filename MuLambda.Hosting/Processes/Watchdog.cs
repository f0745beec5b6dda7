using System.Diagnostics;
using System.Globalization;

namespace MuLambda.Hosting.Processes;

/// <summary>
/// A shell in a session of its own that outlives the host for a moment. The host tells it, through a pipe, which
/// process groups run; when the pipe ends without a farewell, the host was killed, and the shell ends the groups and whatever
/// else carries the host's mark: first by SIGTERM and then by SIGKILL.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    // $1: what stands before an id to mean its group, $2: the mark.
    private const string Script = """
        trap '' HUP INT TERM
        groups=
        while read -r verb id; do
          case $verb in
            add) groups="$groups $id" ;;
            drop) kept=; for g in $groups; do [ "$g" = "$id" ] || kept="$kept $g"; done; groups=$kept ;;
            bye) exit 0 ;;
          esac
        done
        marked() {
          [ -r /proc/self/environ ] || return 0
          for f in $(grep -lszFx -e "$2" /proc/[0-9]*/environ 2>/dev/null); do f=${f#/proc/}; echo "${f%/environ}"; done
        }
        send() {
          for g in $groups; do kill -s "$3" -- "$1$g" 2>/dev/null; done
          for p in $(marked "$1" "$2"); do kill -s "$3" "$p" 2>/dev/null; done
        }
        left() {
          for g in $groups; do kill -s 0 -- "$1$g" 2>/dev/null && return 0; done
          [ -n "$(marked "$1" "$2")" ]
        }
        send "$1" "$2" TERM
        n=0
        while [ $n -lt 30 ] && left "$1" "$2"; do sleep 0.1; n=$((n + 1)); done
        send "$1" "$2" KILL
        """;

    private readonly Lock _gate = new();
    private readonly Process? _process;

    public Watchdog(HostIdentity host)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var session = SessionCommand.Path;
        var start = new ProcessStartInfo(session ?? "/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        if (session is not null)
        {
            start.ArgumentList.Add("/bin/sh");
        }

        foreach (var argument in (string[])["-c", Script, "watchdog", session is null ? "" : "-", $"{HostIdentity.MarkVariable}={host.Mark}"])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start);
        ProcessId = _process?.Id;
    }

    /// <summary>The shell's process.</summary>
    public int? ProcessId { get; }

    public void Add(int group) => Tell("add", group);

    public void Drop(int group) => Tell("drop", group);

    public void Dispose()
    {
        Tell("bye", 0);
        _process?.Dispose();
    }

    private void Tell(string verb, int group)
    {
        lock (_gate)
        {
            try
            {
                _process?.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {group}"));
                _process?.StandardInput.Flush();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // Somebody ended the watchdog: the host goes on without it.
            }
        }
    }
}
