namespace MuLambda.Selector;

/// <summary>A request as the demand for its model counts it, until it ends. Belongs to one request; empty before a model is chosen.</summary>
internal struct DemandTicket
{
    /// <summary>The model that it counts for; null for none.</summary>
    public ModelCounter? Model { get; set; }

    /// <summary>The replica that it was assigned to; null while it waits for the first one.</summary>
    public ReplicaCounter? Replica { get; set; }

    /// <summary>Whether it still counts as waiting or running.</summary>
    public bool IsActive { get; set; }
}
