using System.Globalization;
using System.Text;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Orchestration;

namespace MuLambda.Hosting.Display;

/// <summary>What the person who started the host sees: the resources' logs, their states, and the table.</summary>
internal sealed class HostConsole(TextWriter output, bool colours)
{
    /// <summary>In front of what the host itself says.</summary>
    public const string HostName = "host";

    private static readonly string[] Palette = ["36", "32", "33", "35", "34", "96", "92", "93", "95", "94"];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _shown = [];
    private List<string> _names = [];
    private int _width = HostName.Length;

    /// <summary>The program's own output, coloured when it is a terminal and the person has nothing against it.</summary>
    public static HostConsole Standard() => new(
        Console.Out, !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public void Begin(IReadOnlyList<HostedResource> resources, string stateDirectory)
    {
        lock (_gate)
        {
            _names = [.. resources.SelectMany(r => r.Replicas).Select(r => r.Name)];
            _width = _names.Append(HostName).Max(n => n.Length);
            Line(HostName, $"Starting {Count(resources.Count)}; state in {stateDirectory}");
        }
    }

    /// <summary>A line that a resource wrote.</summary>
    public void Log(string name, string line)
    {
        lock (_gate)
        {
            Line(name, Printable(line));
        }
    }

    /// <summary>Tells a change of a replica's state, once.</summary>
    public void Changed(HostedResource resource, Replica replica)
    {
        var text = StateOf(replica, resource.HealthChecks.Count > 0);
        if (replica.State == KnownResourceStates.Running && replica.Healthy && UrlsOf(resource, replica) is { Length: > 0 } urls)
        {
            text += $" at {urls}";
        }

        lock (_gate)
        {
            if (_shown.GetValueOrDefault(replica.Name) != text)
            {
                _shown[replica.Name] = text;
                Line(HostName, $"{replica.Name} {text}");
            }
        }
    }

    public void AllHealthy(IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> resources, TimeSpan after)
    {
        lock (_gate)
        {
            output.Write(StartTable.Render(resources));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"MuLambda is healthy: {Count(resources.Count)} in {after.TotalSeconds:0.0} s. Press Ctrl+C to stop."));
            output.Flush();
        }
    }

    public void Failed(
        IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> resources,
        IReadOnlyList<(HostedResource Resource, CustomResourceSnapshot Snapshot)> failed)
    {
        lock (_gate)
        {
            output.Write(StartTable.Render(resources));
            foreach (var (resource, snapshot) in failed)
            {
                output.WriteLine($"MuLambda is not healthy: {resource.Name}: {snapshot.Reason}");
            }

            output.Flush();
        }
    }

    private static string Count(int resources) => resources == 1 ? "1 resource" : string.Create(CultureInfo.InvariantCulture, $"{resources} resources");

    private static string StateOf(Replica replica, bool checkedForHealth)
    {
        var state = replica.State switch
        {
            "FailedToStart" => "failed to start",
            "Exited" => "ended",
            "Running" when checkedForHealth => replica.Healthy ? "is healthy" : "is running, not yet healthy",
            _ => $"is {replica.State.ToLowerInvariant()}",
        };
        return replica.Reason is null ? state : $"{state}: {replica.Reason}";
    }

    private static string UrlsOf(HostedResource resource, Replica replica) =>
        string.Join(", ", resource.Endpoints.Where(e => replica.Index < e.Allocated.Count).Select(e => e.Allocated[replica.Index].UriString));

    private void Line(string name, string text)
    {
        var prefix = $"{name.PadRight(_width)} | ";
        if (colours)
        {
            var index = _names.IndexOf(name);
            prefix = index < 0 ? $"\e[1m{prefix}\e[0m" : $"\e[{Palette[index % Palette.Length]}m{prefix}\e[0m";
        }

        output.WriteLine(prefix + text);
        output.Flush();
    }

    /// <summary>Without what would move the cursor or change the terminal; colours stay where there are colours.</summary>
    private string Printable(string line)
    {
        if (!line.Any(char.IsControl))
        {
            return line;
        }

        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\e' && colours && ColourLength(line.AsSpan(i)) is > 0 and var length)
            {
                text.Append(line, i, length);
                i += length - 1;
            }
            else
            {
                text.Append(!char.IsControl(c) || c == '\t' ? c : '·');
            }
        }

        return colours ? text.Append("\e[0m").ToString() : text.ToString();
    }

    /// <summary>The length of a colour sequence (<c>ESC [ digits and semicolons m</c>) at the beginning, or 0.</summary>
    private static int ColourLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[1] != '[')
        {
            return 0;
        }

        var end = 2;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == ';'))
        {
            end++;
        }

        return end < text.Length && text[end] == 'm' ? end + 1 : 0;
    }
}
