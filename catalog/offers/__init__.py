"""What people do with offers: prices, sale, points, cities."""
