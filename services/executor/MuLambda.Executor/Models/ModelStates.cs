namespace MuLambda.Executor.Models;

/// <summary>The names of the states on the wire.</summary>
internal static class ModelStates
{
    public static string NameOf(ModelState state) => state switch
    {
        ModelState.Start => "START",
        ModelState.Loading => "LOADING",
        ModelState.Available => "AVAILABLE",
        ModelState.Unloading => "UNLOADING",
        _ => "END",
    };
}
