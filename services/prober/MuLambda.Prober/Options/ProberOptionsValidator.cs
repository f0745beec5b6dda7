using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Prober.Executors;
using MuLambda.Prober.Probes;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.Prober.Options;

/// <summary>Checks what the annotations cannot say, and that every address can be found.</summary>
/// <param name="endpoints">Service discovery.</param>
internal sealed partial class ProberOptionsValidator(ServiceEndpoints endpoints) : IValidateOptions<ProberOptions>
{
    /// <summary>A lease must survive this many lost heartbeats.</summary>
    private const int HeartbeatsPerLease = 3;

    private const int MaxExecutors = 1000;

    public ValidateOptionsResult Validate(string? name, ProberOptions options)
    {
        var failures = new List<string>();
        CheckId(options.Node, "Prober:Node", failures);
        CheckTimes(options, failures);
        CheckExecutors(options, failures);

        CheckUrl(options.Advertise, "Prober:Advertise", failures);
        foreach (var entry in options.Allow)
        {
            if (!AllowedTargets.TryParse(entry, out _, out _))
            {
                failures.Add($"Prober:Allow has '{entry}', which is neither a network such as 10.0.0.0/8, an address nor a host name.");
            }
        }

        if (options.SocketDirectory is { } directory && !Path.IsPathFullyQualified(directory))
        {
            failures.Add($"Prober:SocketDirectory is '{directory}', which is not an absolute path.");
        }

        if (failures.Count == 0)
        {
            CheckAddresses(options, failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckTimes(ProberOptions options, List<string> failures)
    {
        var shortest = Math.Max(Leases.MinSeconds, HeartbeatsPerLease * options.PollSeconds);
        if (!(options.LeaseSeconds >= shortest && options.LeaseSeconds <= Leases.MaxSeconds))
        {
            failures.Add($"Prober:LeaseSeconds is {options.LeaseSeconds}; it must be from {shortest} (three heartbeats) to {Leases.MaxSeconds}.");
        }

        if (options.ProbeTimeoutSeconds > options.ProbeSeconds)
        {
            failures.Add($"Prober:ProbeTimeoutSeconds is {options.ProbeTimeoutSeconds}, longer than the interval of {options.ProbeSeconds}.");
        }

        if (options.ProbeDelayMs > 0 && options.ProbeDelayMs >= options.ProbeTimeoutSeconds * 1000)
        {
            failures.Add($"Prober:ProbeDelayMs is {options.ProbeDelayMs}, which leaves nothing of the {options.ProbeTimeoutSeconds} s that a client may take.");
        }
    }

    private static void CheckExecutors(ProberOptions options, List<string> failures)
    {
        if (options.Executors.Count > MaxExecutors)
        {
            failures.Add($"Prober:Executors has {options.Executors.Count} entries; the limit is {MaxExecutors}.");
        }

        for (var i = 0; i < options.Executors.Count; i++)
        {
            var executor = options.Executors[i];
            CheckId(executor.Id, $"Prober:Executors:{i}:Id", failures);
            for (var j = 0; j < executor.Models.Count; j++)
            {
                CheckModel(executor.Models[j], $"Prober:Executors:{i}:Models:{j}", failures);
            }

            if (executor.Models.Count > 0 && executor.Models.All(OfferedModels.IsException))
            {
                failures.Add($"Prober:Executors:{i}:Models has exceptions only; name what they are from, such as *.");
            }

            if (executor.Models.Distinct(StringComparer.Ordinal).Count() < executor.Models.Count)
            {
                failures.Add($"Prober:Executors:{i}:Models names a model twice.");
            }

            CheckUrl(executor.Rest, $"Prober:Executors:{i}:Rest", failures);
            CheckUrl(executor.Grpc, $"Prober:Executors:{i}:Grpc", failures);
        }
    }

    private void CheckAddresses(ProberOptions options, List<string> failures)
    {
        CheckUrl(options.Registry, "Prober:Registry", failures);
        try
        {
            if (options.Registry is null && endpoints.GetAll("registry").Count == 0)
            {
                failures.Add("The registry's address is not known: give --registry or configure services:registry:http:0.");
            }

            var ids = ExecutorTargets.Resolve(options, endpoints).Select(target => target.Id);
            failures.AddRange(ids.GroupBy(id => id, StringComparer.Ordinal)
                .Where(group => group.Count() > 1)
                .Select(group => $"The executor '{group.Key}' is given {group.Count()} times."));
            foreach (var id in ids.Where(id => !Id().IsMatch(id)))
            {
                failures.Add($"The executor '{id}' has an id longer than 63 characters.");
            }
        }
        catch (InvalidOperationException exception)
        {
            failures.Add(exception.Message);
        }
    }

    private static void CheckId(string value, string field, List<string> failures)
    {
        if (!Id().IsMatch(value))
        {
            failures.Add($"{field} is '{value}'; it must be 1 to 63 lower-case letters, digits and inner hyphens.");
        }
    }

    private static void CheckModel(string value, string field, List<string> failures)
    {
        // The letter stands for whatever the pattern's wildcard does.
        var name = value.TrimStart('!').Replace('*', 'a').Replace('?', 'a');
        if (!Id().IsMatch(name) || value.StartsWith("!!", StringComparison.Ordinal))
        {
            failures.Add(
                $"{field} is '{value}'; it must be 1 to 63 lower-case letters, digits and inner hyphens, with * and ? in a pattern and ! before an exception.");
        }
    }

    private static void CheckUrl(string? value, string field, List<string> failures)
    {
        if (value is not null
            && !(Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            failures.Add($"{field} is '{value}', which is not an absolute http or https URL.");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Id();
}
