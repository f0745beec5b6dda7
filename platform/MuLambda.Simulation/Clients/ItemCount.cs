namespace MuLambda.Simulation;

/// <summary>How many examples requests carry.</summary>
public abstract record ItemCount
{
    private protected ItemCount()
    {
    }

    /// <summary>The same number always.</summary>
    /// <param name="Items">At least 1.</param>
    public sealed record Fixed(int Items) : ItemCount
    {
        internal override int Of(double uniform) => Items;

        internal override string? Problem() => Items < 1 ? "must be 1 at least" : null;
    }

    /// <summary>Any number of a range, each as likely as the other.</summary>
    /// <param name="Least">At least 1.</param>
    /// <param name="Most">At least as many.</param>
    public sealed record Between(int Least, int Most) : ItemCount
    {
        internal override int Of(double uniform) => Least + (int)(uniform * (Most - Least + 1.0));

        internal override string? Problem() =>
            Least < 1 || Most < Least ? $"must be between 1 at least and as many at least, not {Least} and {Most}" : null;
    }

    internal abstract int Of(double uniform);

    internal abstract string? Problem();
}
