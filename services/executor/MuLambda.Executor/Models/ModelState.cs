namespace MuLambda.Executor.Models;

/// <summary>TensorFlow Serving's states of a model version, as far as an executor has them.</summary>
internal enum ModelState
{
    Loading,
    Available,
    End,
}
