namespace MuLambda.Simulation;

/// <summary>One attempt of a request at one executor. It can outlive the attempt: an executor does not know that nobody waits any more.</summary>
internal struct Job
{
    /// <summary>The request that waits for it; -1 for none.</summary>
    public int Request;
    public int Executor;
    public int Items;

    /// <summary>How many were in the executor when it came there.</summary>
    public int Ahead;

    /// <summary>Tells the events of this job from those of an earlier one in the same place.</summary>
    public int Generation;

    /// <summary>When it came to the executor.</summary>
    public double ArrivedMs;

    /// <summary>The time in a slot at full speed; what is left of it the discipline keeps.</summary>
    public double WorkMs;

    /// <summary>The chance of its request.</summary>
    public RequestChance Chance;

    /// <summary>The next one that waits in the executor, or the next free place.</summary>
    public int Next;

    /// <summary>Whether it is in the executor.</summary>
    public bool IsInside;

    /// <summary>Whether it runs; otherwise it waits in line.</summary>
    public bool HasStarted;

    /// <summary>Whether it is done in an executor that hangs.</summary>
    public bool IsHeld;

    /// <summary>Whether nothing of it will come back.</summary>
    public bool IsLost;

    /// <summary>Whether it ends without an answer.</summary>
    public bool HasFailed;
}
