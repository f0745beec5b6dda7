using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;

namespace MuLambda.Client;

/// <summary>Refuses options the registry would refuse, and those no call could work with.</summary>
internal sealed partial class MuLambdaClientOptionsValidator : IValidateOptions<MuLambdaClientOptions>
{
    private const string NameRule = "has to be 1 to 63 lower-case letters, digits and inner hyphens";

    public ValidateOptionsResult Validate(string? name, MuLambdaClientOptions options)
    {
        var faults = new ValidateOptionsResultBuilder();
        CheckName(faults, nameof(options.Id), options.Id);
        if (options.Node is not null)
        {
            CheckName(faults, nameof(options.Node), options.Node);
        }

        CheckCriteria(faults, options.Criteria);
        if (options.Slo is { } slo)
        {
            Check(faults, slo.LatencyMs > 0 && double.IsFinite(slo.LatencyMs), "Slo.LatencyMs", "has to be above 0");
            Check(faults, slo.Target is > 0 and < 1, "Slo.Target", "has to be above 0 and below 1");
        }

        CheckAddress(faults, nameof(options.Registry), options.Registry, "services:registry:http:0");
        CheckAddress(faults, nameof(options.Selector), options.Selector, "services:selector:http:0");
        Check(faults, options.ProbeEndpoint is null || Addresses.IsHttp(options.ProbeEndpoint), nameof(options.ProbeEndpoint),
            "has to be an absolute http or https URL");
        Check(faults, options.LeaseSeconds is >= Leases.MinSeconds and <= Leases.MaxSeconds, nameof(options.LeaseSeconds),
            $"has to be from {Leases.MinSeconds} to {Leases.MaxSeconds}");
        Check(faults, options.Timeout > TimeSpan.Zero && options.Timeout <= CallOptions.LongestTimeout, nameof(options.Timeout),
            $"has to be above 0 and at most {CallOptions.LongestTimeout}");
        Check(faults, options.MaxAttempts is >= 1 and <= 100, nameof(options.MaxAttempts), "has to be from 1 to 100");
        return faults.Build();
    }

    private static void CheckCriteria(ValidateOptionsResultBuilder faults, Criteria? criteria)
    {
        if (criteria is not { Required: not null, Desired: not null })
        {
            faults.AddError("has to be set, with what is required and what is desired", "Criteria");
            return;
        }

        CheckName(faults, "Criteria.Required.Task", criteria.Required.Task);
        CheckName(faults, "Criteria.Required.Input", criteria.Required.Input);
        CheckName(faults, "Criteria.Required.Output", criteria.Required.Output);
        var (latency, accuracy) = criteria.Desired;
        Check(faults, latency >= 0 && double.IsFinite(latency), "Criteria.Desired.Latency", "has to be at least 0");
        Check(faults, accuracy >= 0 && double.IsFinite(accuracy), "Criteria.Desired.Accuracy", "has to be at least 0");
        Check(faults, latency != 0 || accuracy != 0, "Criteria.Desired", "has to have a weight above 0");
        Check(faults, criteria.Bounds?.MaxLatencyMs is null or (> 0 and < double.PositiveInfinity),
            "Criteria.Bounds.MaxLatencyMs", "has to be above 0");
        Check(faults, criteria.Bounds?.MinAccuracy is null or (>= 0 and <= 1), "Criteria.Bounds.MinAccuracy", "has to be from 0 to 1");
    }

    private static void CheckName(ValidateOptionsResultBuilder faults, string field, string? value) =>
        Check(faults, value is not null && Name().IsMatch(value), field, $"is '{value}'; it {NameRule}");

    private static void CheckAddress(ValidateOptionsResultBuilder faults, string field, Uri? value, string key) =>
        Check(faults, Addresses.IsHttp(value), field, value is null
            ? $"is not set, and configuration {key} is not either"
            : $"is '{value}'; it has to be an absolute http or https URL");

    private static void Check(ValidateOptionsResultBuilder faults, bool holds, string field, string rule)
    {
        if (!holds)
        {
            faults.AddError(rule, field);
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
