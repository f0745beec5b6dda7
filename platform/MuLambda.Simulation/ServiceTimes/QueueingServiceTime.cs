namespace MuLambda.Simulation;

/// <summary>
/// A server that runs some requests at a time, each for <c>(base + perItem n) * scatter</c> milliseconds at full speed; those beyond wait in
/// order of arrival, or share the speed.
/// </summary>
public sealed class QueueingServiceTime : ServiceTime
{
    /// <summary>A server.</summary>
    /// <param name="baseMs">What every request takes, in milliseconds.</param>
    /// <param name="perItemMs">What every item adds, in milliseconds.</param>
    /// <param name="slots">How many requests run at full speed at a time.</param>
    /// <param name="scatter">How times scatter; null for not at all.</param>
    /// <param name="discipline"><see cref="ServerDiscipline.Fifo"/> or <see cref="ServerDiscipline.Sharing"/>.</param>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    public QueueingServiceTime(
        double baseMs, double perItemMs = 0, int slots = 1, Scatter? scatter = null,
        ServerDiscipline discipline = ServerDiscipline.Fifo)
    {
        if (discipline is not (ServerDiscipline.Fifo or ServerDiscipline.Sharing))
        {
            throw new ArgumentOutOfRangeException(nameof(discipline), discipline, "discipline must be Fifo or Sharing.");
        }

        BaseMs = Checked.NonNegative(baseMs);
        PerItemMs = Checked.NonNegative(perItemMs);
        Slots = Checked.AtLeast(slots, 1);
        Scatter = scatter ?? Scatter.None;
        Discipline = discipline;
    }

    /// <summary>What every request takes, in milliseconds.</summary>
    public double BaseMs { get; }

    /// <summary>What every item adds, in milliseconds.</summary>
    public double PerItemMs { get; }

    /// <summary>How times scatter.</summary>
    public Scatter Scatter { get; }

    /// <inheritdoc/>
    public override int Slots { get; }

    /// <inheritdoc/>
    public override ServerDiscipline Discipline { get; }

    /// <inheritdoc/>
    public override double DrawMs(int items, int inside, RequestChance chance) =>
        (BaseMs + (PerItemMs * items)) * Scatter.Factor(chance);

    /// <inheritdoc/>
    public override double MeanMs(int items, int inside)
    {
        var serviceMs = BaseMs + (PerItemMs * items);
        if (inside < Slots)
        {
            return serviceMs;
        }

        // In line: the first of those that run has (1 + variance) / 2 of its time left in the mean (the inspection paradox), then one leaves
        // every service / slots. Sharing: as if all had equal work left.
        return Discipline == ServerDiscipline.Fifo
            ? serviceMs * (1 + ((inside - Slots + ((1 + Scatter.Variance) / 2)) / Slots))
            : serviceMs * (inside + 1) / Slots;
    }
}
