namespace MuLambda.Simulation;

/// <summary>How long an executor takes for a request.</summary>
public abstract class ServiceTime
{
    /// <summary>How requests that are in the executor together are treated.</summary>
    public abstract ServerDiscipline Discipline { get; }

    /// <summary>How many requests it runs at full speed at a time; without meaning under <see cref="ServerDiscipline.Delay"/>.</summary>
    public virtual int Slots => 1;

    /// <summary>
    /// The time of one request, in milliseconds: under <see cref="ServerDiscipline.Delay"/> from arrival to answer, otherwise the time
    /// in a slot at full speed.
    /// </summary>
    /// <param name="items">The examples it carries.</param>
    /// <param name="inside">The requests in the executor when it arrives, itself not counted.</param>
    /// <param name="chance">The request's chance for service times.</param>
    /// <returns>Milliseconds, at least 0.</returns>
    public abstract double DrawMs(int items, int inside, RequestChance chance);

    /// <summary>What a request that arrives now takes in the mean from arrival to answer, if nothing else arrives.</summary>
    /// <param name="items">The examples it carries.</param>
    /// <param name="inside">The requests in the executor when it arrives, itself not counted; they are taken to be like it.</param>
    /// <returns>Milliseconds.</returns>
    public abstract double MeanMs(int items, int inside);

    /// <summary>What a request that arrives now takes at most with a probability, if nothing else arrives.</summary>
    /// <param name="items">The examples it carries.</param>
    /// <param name="inside">The requests in the executor when it arrives, itself not counted.</param>
    /// <param name="probability">From 0 to 1.</param>
    /// <returns>Milliseconds; the mean where the model does not say how times scatter.</returns>
    public virtual double QuantileMs(int items, int inside, double probability) => MeanMs(items, inside);
}
