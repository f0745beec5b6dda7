namespace MuLambda.Simulation;

/// <summary>How an executor treats requests that are in it together.</summary>
public enum ServerDiscipline
{
    /// <summary>
    /// Each takes what <see cref="ServiceTime.DrawMs"/> says for the requests already inside when it arrives; later ones do not change
    /// that. So do the synthetic models of the published evaluation.
    /// </summary>
    Delay,

    /// <summary>In order of arrival, up to <see cref="ServiceTime.Slots"/> at a time at full speed.</summary>
    Fifo,

    /// <summary>All at a time; beyond <see cref="ServiceTime.Slots"/> they share the speed of that many equally.</summary>
    Sharing,
}
