namespace MuLambda.Scaling;

/// <summary>The values of a policy's options: the stated ones, and defaults for the others.</summary>
internal sealed class PolicyOptions(IReadOnlyList<PolicyOption> known, IReadOnlyDictionary<string, double>? stated)
{
    public double this[PolicyOption option] =>
        !known.Contains(option) ? throw new ArgumentException($"'{option.Name}' is no option of this policy.", nameof(option))
        : stated is not null && stated.TryGetValue(option.Name, out var value) ? value
        : option.Default;

    public double Ms(PolicyOption seconds) => this[seconds] * 1000;

    public int Whole(PolicyOption option) => (int)Math.Round(this[option]);
}
