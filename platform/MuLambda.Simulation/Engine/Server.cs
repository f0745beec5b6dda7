namespace MuLambda.Simulation;

/// <summary>The state of an executor.</summary>
internal struct Server
{
    /// <summary>Jobs in it, running or waiting.</summary>
    public int Inside;

    /// <summary>Jobs that run.</summary>
    public int Running;

    /// <summary>The jobs that wait, as a list; -1 where none does.</summary>
    public int First;
    public int Last;

    /// <summary>How many times slower than its model it is.</summary>
    public double Slowdown;

    public bool IsDown;

    public bool IsHung;

    /// <summary>What it did since its last load report.</summary>
    public int Done;
    public double DoneMs;
}
