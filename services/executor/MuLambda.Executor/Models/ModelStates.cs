namespace MuLambda.Executor.Models;

/// <summary>The names of the states on the wire.</summary>
internal static class ModelStates
{
    public static string NameOf(ModelState state) => state switch
    {
        ModelState.Loading => "LOADING",
        ModelState.Available => "AVAILABLE",
        _ => "END",
    };
}
