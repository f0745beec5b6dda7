namespace MuLambda.Executor.Models;

/// <summary>TensorFlow Serving's states of a model version, with its numbers.</summary>
internal enum ModelState
{
    /// <summary>It is known and will be loaded.</summary>
    Start = 10,

    /// <summary>It is fetched, loaded and warmed.</summary>
    Loading = 20,

    /// <summary>It can be asked, whether it is in memory or has to be loaded again first.</summary>
    Available = 30,

    /// <summary>It takes no more requests; those that run end.</summary>
    Unloading = 40,

    /// <summary>It is gone, or could not be loaded.</summary>
    End = 50,
}
