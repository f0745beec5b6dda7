using System.Globalization;
using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>The scaling policies by name.</summary>
public static class ScalingPolicies
{
    private static readonly Dictionary<string, (IReadOnlyList<PolicyOption> Options, Func<PolicyOptions, IScalingPolicy> Create)> All = new()
    {
        [SloPolicy.PolicyName] = (SloPolicy.Options, static options => new SloPolicy(options)),
        [ConcurrencyPolicy.PolicyName] = (ConcurrencyPolicy.Options, static options => new ConcurrencyPolicy(options)),
        [HpaPolicy.PolicyName] = (HpaPolicy.Options, static options => new HpaPolicy(options)),
        [ReactiveLatencyPolicy.PolicyName] = (ReactiveLatencyPolicy.Options, static options => new ReactiveLatencyPolicy(options)),
        [FixedPolicy.PolicyName] = (FixedPolicy.Options, static options => new FixedPolicy(options)),
    };

    /// <summary>The names, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Keys];

    /// <summary>The options of a policy.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>Its options with default, range and help.</returns>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static IReadOnlyList<PolicyOption> OptionsOf(string name) => Find(name).Options;

    /// <summary>Holds a deployment's policy and options against what there is.</summary>
    /// <param name="name">The policy's name.</param>
    /// <param name="options">The options by name; null for none.</param>
    /// <returns>What is wrong, by the paths <c>policy</c> and <c>options.NAME</c>; empty where all is well.</returns>
    public static IReadOnlyList<ValidationError> Check(string name, IReadOnlyDictionary<string, double>? options)
    {
        if (name is null || !All.TryGetValue(name, out var policy))
        {
            return [new ValidationError("policy", $"must be one of {string.Join(", ", Names)}.")];
        }

        var errors = new List<ValidationError>();
        foreach (var (option, value) in options ?? new Dictionary<string, double>())
        {
            var known = policy.Options.FirstOrDefault(known => known.Name == option);
            if (known is null)
            {
                errors.Add(new ValidationError($"options.{option}", $"is no option of the policy '{name}'; it has {Listed(policy.Options)}."));
            }
            else if (!(value >= known.Min && value <= known.Max))
            {
                errors.Add(new ValidationError(
                    $"options.{option}", string.Create(CultureInfo.InvariantCulture, $"must be from {known.Min} to {known.Max}.")));
            }
        }

        return errors;
    }

    /// <summary>Makes a policy.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">Its options by name; null for its defaults.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">There is no such policy or option, or a value is out of range; the message says what is allowed.</exception>
    public static IScalingPolicy Create(string name, IReadOnlyDictionary<string, double>? options = null)
    {
        var (known, create) = Find(name);
        return Check(name, options) is [var error, ..]
            ? throw new ArgumentException($"'{error.Path}' {error.Message}", nameof(options))
            : create(new PolicyOptions(known, options));
    }

    private static (IReadOnlyList<PolicyOption> Options, Func<PolicyOptions, IScalingPolicy> Create) Find(string name) =>
        All.TryGetValue(name, out var policy)
            ? policy
            : throw new ArgumentException($"There is no scaling policy '{name}'; there are {string.Join(", ", Names)}.", nameof(name));

    private static string Listed(IReadOnlyList<PolicyOption> options) => string.Join(", ", options.Select(option => option.Name));
}
