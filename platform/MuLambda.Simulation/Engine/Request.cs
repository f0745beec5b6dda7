using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>A request under way.</summary>
internal struct Request
{
    public int Client;

    /// <summary>The stream's index among all clients' streams.</summary>
    public int Stream;
    public int Sequence;
    public int Phase;
    public int Selector;
    public int Items;
    public double StartMs;
    public RequestChance Chance;

    /// <summary>When it must have ended.</summary>
    public double DeadlineMs;

    /// <summary>The executor it is at, or was at last; -1 for none.</summary>
    public int Executor;
    public int Attempts;

    /// <summary>The job it waits for; -1 for none.</summary>
    public int Job;

    /// <summary>When the attempt began and when it must have ended.</summary>
    public double SentMs;
    public double AttemptEndMs;

    /// <summary>The time of the earliest deadline event planned for this place; infinite for none.</summary>
    public double TimerMs;
    public Assignment? Assignment;

    /// <summary>The network's share of the attempt, as far as the catalog knew it when it began.</summary>
    public double? NetworkMs;

    /// <summary>The executors that failed it; kept for the next request in this place.</summary>
    public List<string>? Tried;
    public RequestOutcome Outcome;
    public double Confidence;

    /// <summary>The next free place.</summary>
    public int Next;
}
