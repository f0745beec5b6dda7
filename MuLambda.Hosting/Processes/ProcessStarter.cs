using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MuLambda.Hosting.Processes;

/// <summary>Starts programs so that neither they nor their children can outlive the host.</summary>
internal sealed class ProcessStarter(HostIdentity host, Watchdog watchdog)
{
    // What tells the host itself how to behave, or is secret, is not for the children.
    private static readonly string[] WithheldPrefixes =
        ["ASPNETCORE_", "Parameters__", "ConnectionStrings__", "services__", "MuLambda__", "MSBuild", "DOTNET_CLI_", "MULAMBDA_HOST_"];

    private static readonly string[] Withheld =
        ["DOTNET_ENVIRONMENT", "DOTNET_URLS", "DOTNET_LAUNCH_PROFILE", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "HTTP_PORTS", "HTTPS_PORTS", "URLS"];

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program.</param>
    /// <param name="line">Receives each line it writes.</param>
    /// <exception cref="DistributedApplicationException">The system refused.</exception>
    public RunningProcess Start(ProcessCommand command, Action<string> line)
    {
        var session = SessionCommand.Path;
        var start = new ProcessStartInfo(session ?? command.FileName)
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (session is not null)
        {
            start.ArgumentList.Add(command.FileName);
        }

        foreach (var argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsWithheld).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[HostIdentity.ProcessVariable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        start.Environment[HostIdentity.MarkVariable] = host.Mark;

        try
        {
            var process = Process.Start(start)!;
            watchdog.Add(process.Id);
            process.StandardInput.Close();
            return new RunningProcess(process, command, watchdog, hasGroup: session is not null, line);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new DistributedApplicationException($"{command.FileName} could not be started: {e.Message}");
        }
    }

    private static bool IsWithheld(string name) =>
        WithheldPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase))
        || Withheld.Contains(name, StringComparer.OrdinalIgnoreCase);
}
